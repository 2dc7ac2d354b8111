"""The company of the demo: its people, its channels, and the settings that its operator wrote."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.playground.spec import Channel, Person, UserGroup, WorldSpec

INTEL, ASKS, FIELD, VOICE, RECAP = "C0INTEL", "C0ASKS", "C0FIELD", "C0VOICE", "C0RECAP"
BOT = "UNUGGET"

REPS = (
    "Ana Ruiz", "Ben Okafor", "Chloe Martin", "Dev Patel", "Emma Lindqvist", "Farid Haddad", "Grace Kim",
    "Hugo Silva", "Ines Moreau", "Jonas Weber", "Kofi Mensah", "Lena Novak",
)  # fmt: skip
PMS = {"UPRIYA": "Priya Nair", "UTOM": "Tom Becker", "UYUKI": "Yuki Tanaka"}
LEAD, EXECUTIVE, GUEST, OUTSIDER = "UMARA", "UELLEN", "UGUS", "WOSCAR"
EMEA_SIZE = 7


def rep_id(number: int) -> str:
    """Return the id of the n-th rep, counted from 0."""
    return f"UREP{number:02d}"


def build_world(reps: int) -> WorldSpec:
    """Return a workspace with so many reps in two teams, three PMs, a competitive lead, an executive and visitors."""
    names = [REPS[number] if number < len(REPS) else f"Rep {number + 1}" for number in range(reps)]
    team = [Person(rep_id(number), name, name) for number, name in enumerate(names)]
    product = [Person(user, name, name) for user, name in PMS.items()]
    others = [
        Person(LEAD, "mara", "Mara Costa"),
        Person(EXECUTIVE, "ellen", "Ellen Wright"),
        Person(GUEST, "gus", "Gus Guest", is_guest=True),
        Person(OUTSIDER, "oscar", "Oscar from Globex", team_id="T0GLOBEX"),
    ]
    staff = tuple(person.user_id for person in (*team, *product, *others[:2]))
    channels = (
        Channel(INTEL, "intel", members=(*staff, BOT)),
        Channel(ASKS, "asks", members=(*staff, BOT)),
        Channel(FIELD, "field-notes", members=(*staff, GUEST, BOT)),
        Channel(VOICE, "customer-voice", members=(*staff, BOT)),
        Channel(RECAP, "revenue-recap", members=(*staff, BOT)),
    )
    emea = tuple(rep_id(number) for number in range(min(EMEA_SIZE, reps)))
    amer = tuple(rep_id(number) for number in range(EMEA_SIZE, reps))
    groups = (
        UserGroup("S0EMEA", "emea", emea),
        UserGroup("S0AMER", "amer", amer),
        UserGroup("S0PMS", "pms", tuple(PMS)),
    )
    return WorldSpec(people=(*team, *product, *others), channels=channels, usergroups=groups, team_name="Hooli Field")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demo's bot runs: its folder, how Slack reaches it, and how much faster than life."""

    folder: Path
    mode: Literal["socket", "http"]
    base_url: str
    port: int
    speed: float


def settings_text(place: Place) -> str:
    """Return the settings file that the demo's operator would have written; times and paces follow the speed."""
    speed = place.speed
    return SETTINGS.format(
        mode=place.mode,
        base_url=place.base_url,
        port=place.port,
        database=place.folder / "nugget.sqlite3",
        timeout=max(1.0, 10 / speed),
        quarantine=120 / speed,
        sweep=300 / speed,
        channel_pace=speed,
        workspace_pace=5 * speed,
    )


SETTINGS = """
[workspace]
timezone = "Europe/Paris"
currency = "USD"

[slack]
mode = "{mode}"
base_url = "{base_url}"
port = {port}

[database]
url = "sqlite:///{database}"

[channels]
intel_home = "C0INTEL"
ask_home = "C0ASKS"

[[channels.watch]]
id = "C0FIELD"
capture = "tagged"
kind = "intel"

[[channels.watch]]
id = "C0VOICE"
capture = "all"
kind = "ask"

[roles]
pms = ["S0PMS"]
competitive_leads = ["UMARA"]
leads = ["UTOM"]
executives = ["UELLEN"]

[[quota.groups]]
name = "EMEA"
group = "S0EMEA"

[[quota.groups]]
name = "Americas"
group = "S0AMER"

[[areas]]
name = "Login"
keywords = ["SSO", "SAML", "SCIM"]
emoji = "key"
owner = "UPRIYA"
[areas.bar]
what_we_build_for = "Companies whose IT has to say yes"
what_gets_in = "What three accounts need within two quarters"
what_we_will_not_do = "Password rules of a single customer"

[[areas]]
name = "Reports"
keywords = ["export", "CSV", "dashboard"]
emoji = "bar_chart"
owner = "UTOM"
[areas.bar]
what_we_build_for = "People who explain numbers to their boss"
what_gets_in = "What saves an hour a week"
what_we_will_not_do = "A second spreadsheet"

[[areas]]
name = "Mobile"
keywords = ["offline", "Android", "iPhone"]
emoji = "iphone"
owner = "UYUKI"

[[competitors]]
name = "Acme"
aliases = ["Acme Corp"]

[[competitors]]
name = "Initech"

[[competitors]]
name = "Umbrella"
aliases = ["Umbrella Cloud"]

[[accounts]]
name = "Globex"
aliases = ["Globex Corp"]
segment = "mid-market"

[[accounts]]
name = "Stark Logistics"
segment = "enterprise"

[[accounts]]
name = "Wayne Foods"
segment = "mid-market"

[recap]
channels = ["C0RECAP"]

[outbox]
timeout_seconds = {timeout}
quarantine_seconds = {quarantine}
sweep_seconds = {sweep}
per_channel_per_second = {channel_pace}
per_workspace_per_second = {workspace_pace}
"""
