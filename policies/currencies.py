"""ISO 4217: which currencies exist and how many decimals their amounts have."""

from __future__ import annotations

from dataclasses import dataclass

_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
        "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS "
        "INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
        "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE "
        "SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR "
        "ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

DECIMALS = {code: decimals for decimals, codes in _DECIMALS.items() for code in codes.split()}
"""Decimals of an amount by currency code: 2 for CNY, 0 for JPY, 3 for KWD."""


@dataclass(frozen=True)
class Currency:
    """The money of a program."""

    code: str

    @property
    def decimals(self) -> int:
        """Decimals of the smallest amount that can be paid."""
        return DECIMALS[self.code]

    @property
    def minor_per_major(self) -> int:
        """Minor units in one unit: 100 for CNY, 1 for JPY."""
        return 10**self.decimals

    def text(self, amount_cents: int, language: str = "en") -> str:
        """An amount for reading: ``1,050.00 CNY``."""
        whole, rest = divmod(amount_cents, self.minor_per_major)
        number = f"{whole:,}" + (f".{rest:0{self.decimals}d}" if self.decimals else "")
        return f"{number} 元" if language == "zh" and self.code == "CNY" else f"{number} {self.code}"
