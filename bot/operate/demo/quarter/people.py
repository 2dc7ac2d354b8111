"""The reps who come to the workspace for the quarter, beside the twelve who are there."""

from dataclasses import dataclass, replace

from bot.operate.demo.world import REPS, colleague, rep_id
from bot.playground.spec import Person

EMEA, AMERICAS = "S0EMEA", "S0AMER"
TITLES = {EMEA: "Rep, EMEA", AMERICAS: "Rep, Americas"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A working day (from 1) of a month of the quarter (from 0)."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A rep, the user group of their team, and when they come and go; None: before the quarter, and not within it."""

    person: Person
    group_id: str
    comes: Turn | None = None
    goes: Turn | None = None

    @property
    def first_name(self) -> str:
        """The name by which the lines call them; no two of the forty share one."""
        return self.person.real_name.split()[0]


def _newcomer(
    number: int, name: str, zone: str, group_id: str, comes: Turn | None = None, goes: Turn | None = None
) -> Newcomer:
    person = replace(colleague(rep_id(number), name, TITLES[group_id]), tz=zone)
    return Newcomer(person, group_id, comes, goes)


NEWCOMERS = (
    _newcomer(12, "Marta Kowalczyk", "Europe/Warsaw", EMEA),
    _newcomer(13, "Oisin Garvey", "Europe/Dublin", EMEA),
    _newcomer(14, "Petra Horvat", "Europe/Zagreb", EMEA, goes=Turn(2, 9)),
    _newcomer(15, "Rasmus Vestergard", "Europe/Copenhagen", EMEA),
    _newcomer(16, "Selin Karaca", "Europe/Istanbul", EMEA),
    _newcomer(17, "Vojtech Dvorak", "Europe/Prague", EMEA),
    _newcomer(18, "Noor van Dijk", "Europe/Amsterdam", EMEA),
    _newcomer(19, "Giulia Ferraro", "Europe/Rome", EMEA),
    _newcomer(20, "Iker Etxeberria", "Europe/Madrid", EMEA),
    _newcomer(21, "Aino Lehtonen", "Europe/Helsinki", EMEA, comes=Turn(1, 1)),
    _newcomer(22, "Radu Stanciulescu", "Europe/Bucharest", EMEA),
    _newcomer(23, "Callum Strachan", "Europe/London", EMEA, comes=Turn(2, 2)),
    _newcomer(24, "Beatriz Vilaverde", "Europe/Lisbon", EMEA),
    _newcomer(25, "Yannis Kourakis", "Europe/Athens", EMEA),
    _newcomer(26, "Maya Thorne", "America/New_York", AMERICAS),
    _newcomer(27, "Diego Zamudio", "America/Mexico_City", AMERICAS),
    _newcomer(28, "Renata Figueira", "America/Sao_Paulo", AMERICAS),
    _newcomer(29, "Tyrell Hobbs", "America/Chicago", AMERICAS),
    _newcomer(30, "Camila Arango", "America/Bogota", AMERICAS),
    _newcomer(31, "Ethan Caldwell", "America/Toronto", AMERICAS),
    _newcomer(32, "Sofia Quispe", "America/Lima", AMERICAS),
    _newcomer(33, "Wyatt Lindgren", "America/Denver", AMERICAS, goes=Turn(1, 18)),
    _newcomer(34, "Naomi Ito", "America/Vancouver", AMERICAS),
    _newcomer(35, "Lucas Pereyra", "America/Argentina/Buenos_Aires", AMERICAS),
    _newcomer(36, "Harriet Boone", "America/Los_Angeles", AMERICAS),
    _newcomer(37, "Andre Baptiste", "America/Toronto", AMERICAS),
    _newcomer(38, "Valentina Oyarzun", "America/Santiago", AMERICAS, comes=Turn(1, 10)),
    _newcomer(39, "Jamal Whitfield", "America/New_York", AMERICAS, comes=Turn(1, 5)),
)

NUMBERS = {
    **{name.split()[0]: number for number, name in enumerate(REPS)},
    **{newcomer.first_name: number for number, newcomer in enumerate(NEWCOMERS, start=len(REPS))},
}
"""First name → the rep's number, as `rep_id` takes it."""


def usual_hour(first_name: str) -> int:
    """Return the hour in Paris at which a rep looks into Slack between calls: noon, or morning in the Americas."""
    number = NUMBERS[first_name]
    is_far = number >= len(REPS) and NEWCOMERS[number - len(REPS)].group_id == AMERICAS
    return 18 if is_far else 12
