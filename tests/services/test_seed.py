"""The catalogue follows the settings file: what it names wins, what it drops is archived and never deleted."""

from dataclasses import replace

from bot.domain.policies import AccountSeed, AreaSeed, Bar, CompetitorSeed
from bot.domain.words import Kind
from bot.services.seed import seed_catalogue
from db.models import Account, Competitor, CompetitorAlias, ProductArea
from tests.services.bench import LEAD, Bench


def seed(bench: Bench) -> None:
    bench.run(lambda uow, team_id, *, now: seed_catalogue(uow, team_id, now=now), bench.team_id)


def living(bench: Bench) -> dict[str, list[str]]:
    found = (bench.rows(Competitor), bench.rows(ProductArea), bench.rows(Account))
    return {rows[0].__tablename__: sorted(row.name for row in rows if row.archived_at is None) for rows in found}


def test_seeding_again_changes_nothing(bench: Bench) -> None:
    before = {model: len(bench.rows(model)) for model in (Competitor, CompetitorAlias, ProductArea, Account)}
    seed(bench)
    assert {model: len(bench.rows(model)) for model in before} == before
    assert living(bench) == {
        "competitor": ["Acme", "Initech"],
        "product_area": ["Billing", "Login"],
        "account": ["Globex"],
    }


def test_what_the_file_drops_is_archived_and_comes_back_as_itself(bench: Bench) -> None:
    captured = bench.capture("Initech lists Globex", kind=Kind.NUGGET)
    ids = {row.name: row.id for row in bench.rows(Competitor)}
    full = bench.policy
    bench.policy = replace(full, competitors=full.competitors[:1], areas=full.areas[1:], accounts=())
    bench.wait(days=1)
    seed(bench)
    assert living(bench) == {"competitor": ["Acme"], "product_area": ["Login"], "account": []}
    (initech,) = bench.rows(Competitor, Competitor.name == "Initech")
    assert (initech.archived_at, initech.is_seeded) == (bench.now, False)
    # What was said before still names it; what is said now no longer does.
    assert [named.competitor_id for named in bench.item(captured.item_id).competitors] == [ids["Initech"]]
    later = bench.capture("Initech again, invoices", kind=Kind.NUGGET)
    assert bench.item(later.item_id).competitors == []
    assert bench.item(later.item_id).area_id is None
    bench.policy = full
    seed(bench)
    assert {row.name: row.id for row in bench.rows(Competitor)} == ids
    assert all(row.archived_at is None and row.is_seeded for row in bench.rows(Competitor))


def test_what_people_added_stays_until_the_file_names_it(bench: Bench) -> None:
    bench.capture("new one", kind=Kind.NUGGET, competitor="Hooli", account="Umbrella")
    seed(bench)
    assert "Hooli" in living(bench)["competitor"]
    bench.policy = replace(
        bench.policy,
        competitors=(*bench.policy.competitors, CompetitorSeed("HOOLI", ("Hooli XYZ",))),
        accounts=(*bench.policy.accounts, AccountSeed("Umbrella", (), "enterprise")),
    )
    seed(bench)
    (hooli,) = bench.rows(Competitor, Competitor.folded == "hooli")
    assert (hooli.name, hooli.is_confirmed, hooli.is_seeded) == ("HOOLI", True, True)
    assert [alias.name for alias in hooli.aliases] == ["Hooli XYZ"]
    (umbrella,) = bench.rows(Account, Account.folded == "umbrella")
    assert (umbrella.is_confirmed, umbrella.segment) == (True, "enterprise")


def test_the_file_wins_for_an_area_that_it_names(bench: Bench) -> None:
    bench.policy = replace(
        bench.policy, areas=(AreaSeed("Billing", ("vat",), owner=LEAD, channel_id="CB", bar=Bar("a", "b", "c")),)
    )
    seed(bench)
    (billing,) = bench.rows(ProductArea, ProductArea.folded == "billing")
    assert (billing.keywords, billing.owner, billing.channel_id, billing.emoji) == (["vat"], LEAD, "CB", None)
    assert (billing.what_we_build_for, billing.what_gets_in, billing.what_we_will_not_do) == ("a", "b", "c")


def test_an_alias_may_move_to_another_competitor(bench: Bench) -> None:
    bench.policy = replace(
        bench.policy, competitors=(CompetitorSeed("Acme"), CompetitorSeed("Initech", ("Acme Corp",)))
    )
    seed(bench)
    captured = bench.capture("Acme Corp is cheap", kind=Kind.NUGGET)
    (initech,) = bench.rows(Competitor, Competitor.name == "Initech")
    assert [named.competitor_id for named in bench.item(captured.item_id).competitors] == [initech.id]


def test_an_alias_may_change_places_with_another_s(bench: Bench) -> None:
    bench.policy = replace(
        bench.policy,
        competitors=(CompetitorSeed("Acme", ("Init",)), CompetitorSeed("Initech", ("Acme Corp",))),
    )
    seed(bench)
    seed(bench)
    aliases = {row.name: [alias.name for alias in row.aliases] for row in bench.rows(Competitor)}
    assert aliases == {"Acme": ["Init"], "Initech": ["Acme Corp"]}
