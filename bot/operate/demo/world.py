"""The company of the demo: its people, its channels, and the settings that its operator wrote."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.playground.spec import Channel, CommandNote, Person, Shortcut, UserGroup, WorldSpec

INTEL, ASKS, FIELD, VOICE, RECAP = "C0INTEL", "C0ASKS", "C0FIELD", "C0VOICE", "C0RECAP"
SHARED = "C0SHARED"
BOT = "UNUGGET"

REPS = (
    "Ana Ruiz", "Ben Okafor", "Chloe Martin", "Dev Patel", "Emma Lindqvist", "Farid Haddad", "Grace Kim",
    "Hugo Silva", "Ines Moreau", "Jonas Weber", "Kofi Mensah", "Lena Novak",
)  # fmt: skip
PMS = {"UPRIYA": "Priya Nair", "UTOM": "Tom Becker", "UYUKI": "Yuki Tanaka"}
TITLES = {
    "UPRIYA": "Product manager, Login",
    "UTOM": "Product manager, Reports",
    "UYUKI": "Product manager, Mobile",
}
COMMANDS = {
    "/intel": CommandNote("Share what you heard about a competitor", "[one line | me | N-7 | help]"),
    "/ask": CommandNote("Pass on what a customer needs", "[one line | mine | A-7 | help]"),
}
SHORTCUTS = (Shortcut("save_intel", "Save as intel"), Shortcut("save_ask", "Save as ask"))
LEAD, EXECUTIVE, GUEST, OUTSIDER = "UMARA", "UELLEN", "UGUS", "WOSCAR"
EMEA_SIZE = 7


def rep_id(number: int) -> str:
    """Return the id of the n-th rep, counted from 0."""
    return f"UREP{number:02d}"


def build_world(reps: int) -> WorldSpec:
    """Return a workspace with so many reps in two teams, three PMs, a competitive lead, an executive and visitors."""
    names = [REPS[number] if number < len(REPS) else f"Rep {number + 1}" for number in range(reps)]
    team = [colleague(rep_id(number), name, team_of(number)) for number, name in enumerate(names)]
    product = [colleague(user, name, TITLES[user]) for user, name in PMS.items()]
    others = [
        colleague(LEAD, "Mara Costa", "Competitive lead"),
        colleague(EXECUTIVE, "Ellen Wright", "Executive"),
        Person(GUEST, "gus", "Gus Guest", is_guest=True, title="Guest"),
        Person(OUTSIDER, "oscar", "Oscar Lund", team_id="T0GLOBEX", title="Globex, another company"),
    ]
    staff = tuple(person.user_id for person in (*team, *product, *others[:2]))
    channels = (
        Channel(INTEL, "intel", members=(*staff, BOT), topic="What we hear about competitors. Nugget posts here."),
        Channel(ASKS, "asks", members=(*staff, BOT), topic="What customers need. Product decides here, by emoji."),
        Channel(
            FIELD, "field-notes", members=(*staff, GUEST, BOT), topic="News from the field. A #tag or a name is kept."
        ),
        Channel(
            VOICE, "customer-voice", members=(*staff, BOT), topic="What customers say. Each line is kept as an ask."
        ),
        Channel(RECAP, "revenue-recap", members=(*staff, BOT), topic="Once a month: who shared, what was answered."),
        Channel(
            SHARED,
            "globex-project",
            is_ext_shared=True,
            members=(rep_id(0), OUTSIDER, BOT),
            topic="Shared with Globex.",
        ),
    )
    emea = tuple(rep_id(number) for number in range(min(EMEA_SIZE, reps)))
    amer = tuple(rep_id(number) for number in range(EMEA_SIZE, reps))
    groups = (
        UserGroup("S0EMEA", "emea", emea),
        UserGroup("S0AMER", "amer", amer),
        UserGroup("S0PMS", "pms", tuple(PMS)),
    )
    return WorldSpec(
        people=(*team, *product, *others),
        channels=channels,
        usergroups=groups,
        team_name="Hooli Field",
        command_notes=COMMANDS,
        message_shortcuts=SHORTCUTS,
    )


def colleague(user_id: str, name: str, title: str) -> Person:
    """Return a member of the company; behind an @ their name is typed in small letters with points."""
    return Person(user_id, name.casefold().replace(" ", "."), name, title=title, display_name=name)


def team_of(number: int) -> str:
    """Return what the n-th rep does, in words."""
    return "Rep, EMEA" if number < EMEA_SIZE else "Rep, Americas"


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
