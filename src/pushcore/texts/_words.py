"""The words themselves, each language in the order of the codes."""

from __future__ import annotations

from typing import Final

__all__ = ["WORDS"]

_CODES: Final = (
    "colon",
    "charge", "receipt", "fees", "on-top", "give-back", "refund", "return", "deposit", "settlement",
    "payout", "opening", "dispute", "reserve", "held", "payee", "debt", "refunds", "provider", "offline",
    "creator", "backer", "platform",
    "statement", "opening-balance", "closing-balance", "date", "what", "about", "amount", "balance", "totals",
    "invoice", "credit-note", "net", "tax", "gross", "corrects", "issued", "beginning", "now",
)  # fmt: skip
_TEXTS: Final = {
    "de": (
        ": ",
        "Eingezogen", "Offline erhalten", "Gebühr", "Zusätzlich gegeben", "Erstattung angeordnet",
        "Erstattet", "Zurückgegeben", "Eingezahlt", "Abgerechnet", "Ausgezahlt", "Übertrag",
        "Rückbelastung", "Rückstellung", "Verwahrt", "Empfänger", "Schuld", "Zu erstatten",
        "Zahlungsdienstleister", "Offline", "Projektinhaber", "Unterstützer", "Plattform",
        "Kontoauszug", "Anfangssaldo", "Endsaldo", "Datum", "Vorgang", "Bezug", "Betrag", "Saldo", "Summen",
        "Rechnung", "Gutschrift", "Netto", "Steuer", "Brutto", "Korrigiert", "Ausgestellt", "Beginn", "jetzt",
    ),
    "en": (
        ": ",
        "Collected", "Received offline", "Fee", "Given on top", "Refund ordered",
        "Refunded", "Returned", "Deposited", "Settled", "Paid out", "Brought over",
        "Dispute", "Reserve", "Held", "Payee", "Debt", "To be refunded",
        "Payment provider", "Offline", "Creator", "Backer", "Platform",
        "Statement", "Opening balance", "Closing balance", "Date", "What", "About", "Amount", "Balance",
        "Totals",
        "Invoice", "Credit note", "Net", "Tax", "Gross", "Corrects", "Issued", "the beginning", "now",
    ),
    "es": (
        ": ",
        "Cobrado", "Recibido fuera de línea", "Comisión", "Aportado además", "Reembolso ordenado",
        "Reembolsado", "Devuelto", "Depositado", "Liquidado", "Pagado", "Saldo traspasado",
        "Contracargo", "Reserva", "Retenido", "Beneficiario", "Deuda", "Por reembolsar",
        "Proveedor de pagos", "Fuera de línea", "Creador", "Mecenas", "Plataforma",
        "Extracto", "Saldo inicial", "Saldo final", "Fecha", "Concepto", "Referencia", "Importe", "Saldo",
        "Totales",
        "Factura", "Factura rectificativa", "Base", "Impuesto", "Total", "Rectifica", "Emitida",
        "el principio", "ahora",
    ),
    "fr": (
        " : ",
        "Encaissé", "Reçu hors ligne", "Frais", "Donné en plus", "Remboursement ordonné",
        "Remboursé", "Rendu", "Déposé", "Réglé", "Versé", "Report",
        "Rétrofacturation", "Réserve", "Détenu", "Bénéficiaire", "Dette", "À rembourser",
        "Prestataire de paiement", "Hors ligne", "Porteur de projet", "Contributeur", "Plateforme",
        "Relevé", "Solde initial", "Solde final", "Date", "Opération", "Référence", "Montant", "Solde",
        "Totaux",
        "Facture", "Avoir", "Hors taxes", "Taxe", "Toutes taxes comprises", "Corrige", "Émise",
        "le début", "maintenant",
    ),
    "it": (
        ": ",
        "Incassato", "Ricevuto offline", "Commissione", "Dato in più", "Rimborso ordinato",
        "Rimborsato", "Restituito", "Depositato", "Liquidato", "Versato", "Riporto",
        "Contestazione", "Riserva", "Trattenuto", "Beneficiario", "Debito", "Da rimborsare",
        "Fornitore di pagamento", "Offline", "Progettista", "Sostenitore", "Piattaforma",
        "Estratto conto", "Saldo iniziale", "Saldo finale", "Data", "Operazione", "Riferimento", "Importo",
        "Saldo", "Totali",
        "Fattura", "Nota di credito", "Imponibile", "Imposta", "Totale", "Rettifica", "Emessa",
        "l'inizio", "adesso",
    ),
    "nl": (
        ": ",
        "Geïnd", "Offline ontvangen", "Kosten", "Extra gegeven", "Terugbetaling besteld",
        "Terugbetaald", "Teruggegeven", "Gestort", "Afgerekend", "Uitbetaald", "Overgebracht",
        "Betwisting", "Reserve", "Aangehouden", "Begunstigde", "Schuld", "Terug te betalen",
        "Betaalprovider", "Offline", "Projecteigenaar", "Donateur", "Platform",
        "Rekeningoverzicht", "Beginsaldo", "Eindsaldo", "Datum", "Omschrijving", "Kenmerk", "Bedrag", "Saldo",
        "Totalen",
        "Factuur", "Creditnota", "Netto", "Belasting", "Bruto", "Corrigeert", "Uitgegeven",
        "het begin", "nu",
    ),
    "pt": (
        ": ",
        "Cobrado", "Recebido offline", "Taxa", "Dado a mais", "Reembolso pedido",
        "Reembolsado", "Devolvido", "Depositado", "Liquidado", "Pago", "Saldo transportado",
        "Contestação", "Reserva", "Retido", "Beneficiário", "Dívida", "A reembolsar",
        "Provedor de pagamento", "Offline", "Realizador", "Apoiador", "Plataforma",
        "Extrato", "Saldo inicial", "Saldo final", "Data", "Operação", "Referência", "Valor", "Saldo",
        "Totais",
        "Fatura", "Nota de crédito", "Líquido", "Imposto", "Total", "Corrige", "Emitida",
        "o início", "agora",
    ),
}  # fmt: skip
WORDS: Final[dict[str, dict[str, str]]] = {
    language: dict(zip(_CODES, texts, strict=True)) for language, texts in _TEXTS.items()
}
