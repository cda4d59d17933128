"""Facts about what payment providers count in, by provider and day. Check before relying on them.

Stripe: docs.stripe.com/currencies in copies of 2015, 2022, 2023 and 2026. Zero-decimal currencies; those of
three decimals, whose last digit is 0; ISK and UGX, which have no smaller unit and are sent times a hundred;
HUF and TWD, which are paid out in whole units. The smallest charges are by the currency that an account
settles in. Undated older copies have others (AUD 0.60, JPY 80, PLN 2.50, SEK 5.00): when those changed is not
known, so they are left out, and so is the largest charge, which was not verified.

PayPal: HUF, JPY and TWD without decimals, by Liberapay's table (liberapay/i18n/currencies.py, 2026-08); not
verified in PayPal's own text.

Adyen: CLP with two decimals, CVE with none, ISK with two; not verified in Adyen's own text.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from pushcore.money.catalogue import ProviderCatalogue
from pushcore.money.money import Money
from pushcore.money.provider_units import ChargeLimit, WireUnit

__all__ = ["PROVIDERS"]

_ZERO_DECIMAL: Final = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THREE_DECIMAL: Final = "BHD JOD KWD OMR TND"
_WHOLE_TIMES_A_HUNDRED: Final = "ISK UGX"
_PAID_OUT_WHOLE: Final = "HUF TWD"

_SMALLEST: Final = (
    ("0.30", "GBP"),
    ("0.50", "AUD BRL CAD CHF EUR INR NZD SGD USD"),
    ("2.00", "AED MYR PLN RON"),
    ("2.50", "DKK"),
    ("3.00", "NOK SEK"),
    ("4.00", "HKD"),
    ("10.00", "MXN THB"),
    ("15.00", "CZK"),
    ("50", "JPY"),
    ("175.00", "HUF"),
)
_SMALLEST_IN_2026: Final = (("0.50", "ARS COP IDR ILS PHP RUB ZAR"), ("50", "KRW"))


def _least(table: tuple[tuple[str, str], ...]) -> list[Money]:
    return [Money.of(amount, code) for amount, codes in table for code in codes.split()]


_STRIPE: Final = ProviderCatalogue(
    provider="stripe",
    units=[
        *(WireUnit(code, 0) for code in _ZERO_DECIMAL.split()),
        *(WireUnit(code, 3, charge_step=10) for code in _THREE_DECIMAL.split()),
        *(WireUnit(code, 2, charge_step=100, payout_step=100) for code in _WHOLE_TIMES_A_HUNDRED.split()),
        *(WireUnit(code, 2, payout_step=100) for code in _PAID_OUT_WHOLE.split()),
    ],
    limits=[
        *(ChargeLimit(least=least) for least in _least(_SMALLEST)),
        # In copies of 2015 to 2023; the lev was gone with that year.
        ChargeLimit(least=Money.of("1.00", "BGN"), until=date(2026, 1, 1)),
        # In copies of 2026 only. From which day on they held before is not known, so the day is not verified.
        *(
            ChargeLimit(least=least, since=date(2026, 1, 1), verified=False)
            for least in _least(_SMALLEST_IN_2026)
        ),
    ],
    as_in_iso=[2],
)
_PAYPAL: Final = ProviderCatalogue(
    provider="paypal",
    units=[WireUnit(code, 0, verified=False) for code in ("HUF", "JPY", "TWD")],
    as_in_iso=[2],
)
_ADYEN: Final = ProviderCatalogue(
    provider="adyen",
    units=[
        WireUnit(code, decimals, verified=False) for code, decimals in (("CLP", 2), ("CVE", 0), ("ISK", 2))
    ],
    as_in_iso=[0, 2, 3],
)

PROVIDERS: Final = {it.provider: it for it in (_STRIPE, _PAYPAL, _ADYEN)}
"""What is known, by name of the provider."""
