"""One measured figure, with what was aimed at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, the figure, what it should be, and whether it is."""

    what: str
    figure: str
    target: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        verdict = {True: "reached", False: "MISSED", None: ""}[self.reached]
        return f"{self.what}: {self.figure}" + (f"  [{self.target}: {verdict}]" if self.target else "")
