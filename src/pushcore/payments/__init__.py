"""Payments: where a pledge meets money."""
