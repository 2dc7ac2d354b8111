"""October in the field: what people share, ask and decide, day by day. The texts are the demo's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Way = Literal["intel", "ask", "field", "voice"]


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a rep shares on a day of October, by a command or as a message in a channel."""

    day: int
    rep: int
    way: Way
    text: str


Deed = Literal["seen", "accept", "verify", "not now", "decline", "plan", "ship", "take back seen"]


@dataclass(frozen=True, slots=True)
class Done:
    """What a PM or lead does on a day with the card whose words contain `about`."""

    day: int
    actor: str
    deed: Deed
    about: str
    words: str = ""


SAID = (
    Said(1, 0, "intel", "Acme quoted Globex $38 a seat, a third below ours. Saw the offer on their screen. #pricing how:document"),
    Said(1, 3, "ask", "Globex cannot roll out: their IT blocks any tool without SSO. account:Globex $120k close:2026-12-15"),
    Said(1, 7, "field", "Initech hired the whole support team of their Lisbon partner #people"),
    Said(2, 1, "intel", "Lost Northwind to Umbrella. Their words: 'you were better, they were already in the building'. #loss"),
    Said(2, 4, "voice", "Wayne Foods copies our dashboard into slides by hand every Monday, two hours each time. They want an export."),
    Said(5, 2, "intel", "Heard from a partner that Acme stops free pilots in January. rumour"),
    Said(5, 8, "ask", "Stark Logistics drivers lose their notes in tunnels; the app needs to work offline. €1.2m account:\"Stark Logistics\""),
    Said(5, 5, "field", "Umbrella now says 'the only platform with audit trails' in every deck #positioning"),
    Said(6, 9, "intel", "Won Hooper & Sons against Initech because our onboarding took a day and theirs three weeks. #win"),
    Said(6, 10, "voice", "Hooper & Sons asks for a way to undo a bulk edit. They deleted 400 rows and cried."),
    Said(7, 6, "intel", "Initech raises list prices by 9% on 1 November, the letter went out yesterday. #pricing how:document"),
    Said(8, 11, "ask", "Two clinics need SAML before their auditor comes in March."),
    Said(8, 0, "field", "Acme Corp demoed a reporting tool at the fair; it crashed twice, the audience was kind #product"),
    Said(9, 3, "intel", "Globex says Acme promised them a CSV export 'by Christmas'. Second-hand, from their controller. second-hand"),
    Said(12, 1, "ask", "Our champion at Vandelay builds a dashboard for her board by screenshot. Can she share a live one?"),
    Said(12, 7, "intel", "Umbrella Cloud lost its data centre in Frankfurt for six hours; two prospects called us the same day. #product"),
    Said(13, 2, "field", "Acme's new head of sales came from Initech, first-hand from his old boss #people"),
    Said(13, 4, "voice", "The buyer at Prestige Worldwide cannot find the invoice page without help. Third call this month."),
    Said(14, 5, "intel", "Initech gives a 20% discount to whoever signs before their quarter ends. Heard it in two deals. #pricing"),
    Said(15, 8, "ask", "Soylent wants SCIM so that leavers lose access the same day. $80k"),
    Said(16, 9, "intel", "Lost Dunder Paper: nobody else in the race, they stay with spreadsheets. #loss"),
    Said(19, 6, "voice", "Android app asks for the password every morning at Wayne Foods' warehouse. They have gloves on."),
    Said(19, 10, "intel", "Umbrella sells through our reseller in Milan now. Saw both logos on one brochure. how:document"),
    Said(20, 0, "field", "Initech's status page has not moved since August, customers joke about it #product"),
    Said(21, 3, "ask", "Globex again: with SSO they would take 300 seats instead of 80. account:Globex $340k"),
    Said(22, 11, "intel", "Acme bundles training for free if the deal is above $100k. #pricing"),
    Said(26, 1, "intel", "Won Cyberdyne back from Umbrella after four months. The reason they gave: we answer the phone. #win"),
    Said(27, 4, "ask", "Massive Dynamic needs reports in Japanese for their Osaka plant."),
    Said(28, 2, "intel", "Initech told a prospect that we are for sale. We are not; please correct it when you hear it. #positioning"),
    Said(29, 7, "voice", "Hooper & Sons says thank you for the new import: 'It is the first update that gave me time back.'"),
)  # fmt: skip

DONE = (
    Done(2, "UPRIYA", "seen", "their IT blocks any tool without SSO"),
    Done(2, "UMARA", "verify", "Acme quoted Globex $38"),
    Done(5, "UTOM", "seen", "copies our dashboard into slides"),
    Done(6, "UPRIYA", "accept", "their IT blocks any tool without SSO"),
    Done(7, "UYUKI", "not now", "lose their notes in tunnels", "The sync engine has to be rebuilt first; it starts in January."),
    Done(8, "UTOM", "accept", "copies our dashboard into slides"),
    Done(9, "UMARA", "verify", "Initech raises list prices by 9%"),
    Done(12, "UPRIYA", "accept", "SAML before their auditor"),
    Done(13, "UTOM", "decline", "dashboard for her board by screenshot", "A live view outside the company would show figures that its owner never released."),
    Done(14, "UYUKI", "take back seen", "cannot find the invoice page"),
    Done(15, "UPRIYA", "plan", "their IT blocks any tool without SSO"),
    Done(20, "UTOM", "ship", "copies our dashboard into slides"),
    Done(21, "UYUKI", "accept", "asks for the password every morning"),
    Done(22, "UPRIYA", "seen", "Soylent wants SCIM"),
    Done(26, "UTOM", "seen", "undo a bulk edit"),
    Done(28, "UTOM", "not now", "reports in Japanese", "Translations follow the new report builder, planned for the spring."),
)  # fmt: skip

DECLINE_INSTEAD = "Schedule the report as a PDF to her own mailbox and forward it."


def by_day() -> Iterator[tuple[int, list[Said], list[Done]]]:
    """Return each day on which something happens, with what is said and what is done."""
    for day in sorted({entry.day for entry in (*SAID, *DONE)}):
        yield day, [said for said in SAID if said.day == day], [done for done in DONE if done.day == day]
