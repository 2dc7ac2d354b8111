"""users.* and usergroups.*: who there is, and who is from elsewhere."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import StandIn
from bot.playground.spec import Person
from tests.playground.asking import error_of


async def test_slack_14_a_person_has_a_zone_and_flags(client: AsyncWebClient) -> None:
    bo = (await client.users_info(user="UBO"))["user"]
    assert (bo["tz"], bo["is_restricted"], bo["team_id"]) == ("America/New_York", False, "T0NUGGET")
    assert bo["tz_offset"] in (-5 * 3600, -4 * 3600)
    assert bo["profile"] == {"real_name": "Bo Berg", "display_name": "bo", "title": ""}
    assert (await client.users_info(user="UGUEST"))["user"]["is_restricted"]
    assert (await client.users_info(user="UGONE"))["user"]["deleted"]
    assert (await client.users_info(user="UNUGGET"))["user"]["is_bot"]
    assert not (await client.users_info(user="USLACKBOT"))["user"]["is_bot"]


async def test_slack_14_outsiders_are_met_in_shared_channels_and_never_listed(
    standin: StandIn, client: AsyncWebClient
) -> None:
    olga = (await client.users_info(user="UOUT"))["user"]
    assert (olga["team_id"], olga["is_stranger"]) == ("TOTHER", True)
    listed = [person["id"] for person in (await client.users_list())["members"]]
    assert "UOUT" not in listed
    assert {"UANA", "UGUEST", "UGONE", "UNUGGET", "USLACKBOT"} <= set(listed)
    await standin.add_person(Person("UFAR", "far", "Far Away", team_id="TOTHER"))
    assert await error_of(client.users_info(user="UFAR")) == "user_not_visible"
    assert await error_of(client.users_info(user="UNOBODY")) == "user_not_found"


async def test_slack_14_people_come_in_pages(client: AsyncWebClient) -> None:
    found, cursor = list[str](), None
    while cursor != "":
        answer = await client.users_list(limit=4, cursor=cursor)
        found += [person["id"] for person in answer["members"]]
        cursor = answer["response_metadata"]["next_cursor"]
    assert len(found) == len(set(found)) == 6


async def test_slack_14_groups_and_their_members(standin: StandIn, client: AsyncWebClient) -> None:
    assert (await client.usergroups_users_list(usergroup="SPMS"))["users"] == ["UBO"]
    await standin.set_group_members("SPMS", ("UANA", "UBO"))
    assert (await client.usergroups_users_list(usergroup="SPMS"))["users"] == ["UANA", "UBO"]
    assert await error_of(client.usergroups_users_list(usergroup="SNONE")) == "no_such_subteam"
    [group] = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (group["handle"], group["users"]) == ("pms", ["UANA", "UBO"])
    [group] = (await client.usergroups_list())["usergroups"]
    assert "users" not in group


@pytest.mark.parametrize("size", [500, 501])
async def test_slack_8_a_group_names_500_of_its_members_and_no_more(
    standin: StandIn, client: AsyncWebClient, size: int
) -> None:
    members = tuple(f"U{number}" for number in range(size))
    await standin.set_group_members("SPMS", members)
    [group] = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (len(group["users"]), group["user_count"]) == (500, size)
    assert len((await client.usergroups_users_list(usergroup="SPMS"))["users"]) == size
