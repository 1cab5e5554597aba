"""The help article: title, sections, labels and markets in both languages (S1-S3, S9-S12)."""

import re

import pytest
from rest_framework.test import APIClient

from tests.software import build

TITLES = {
    "en": "Sell software subscriptions through CSP",
    "zh-hans": "通过云解决方案提供商销售软件订阅",
}
LABELS = {
    "en": [
        "Applies to",
        "Cloud Solution Providers",
        "Appropriate roles",
        "Admin agent",
        "Global admin",
        "Azure reservations unavailable markets",
        "Unavailable markets",
        "Customers",
        "Add products",
        "Software",
        "Select product",
        "Version",
        "Language",
        "File type/OS",
        "Submit",
        "Get keys and downloads",
        "Download",
        "Copy link",
        "Activity log",
        "Order number",
        "Order history",
        "customer support request",
        "Add files",
    ],
    "zh-hans": [
        "适用于",
        "云解决方案提供商",
        "管理员代理",
        "全局管理员",
        "不可用市场",
        "客户",
        "添加产品",
        "软件",
        "选择产品",
        "版本",
        "语言",
        "文件类型/OS",
        "提交",
        "获取密钥和下载",
        "下载",
        "复制链接",
        "齿轮图标",
        "活动日志",
        "订单号",
        "订单历史记录",
        "客户支持请求",
        "引荐管理员",
    ],
}


@pytest.fixture
def read(client, db):
    def read(language="en"):
        answer = client.get("/help/sell-software", HTTP_ACCEPT_LANGUAGE=language)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


@pytest.mark.parametrize("language", TITLES)
def test_S1_title_and_heading_agree(read, language):
    text = read(language)
    assert re.findall(r"<h1>(.*?)</h1>", text) == [TITLES[language]]
    assert re.findall(r"<title>(.*?) – ", text) == [TITLES[language]]


@pytest.mark.parametrize("language", LABELS)
def test_S1_every_label_of_the_subject_is_there(read, language):
    text = read(language)
    assert [label for label in LABELS[language] if label not in text] == []


def test_S1_has_all_sections(read):
    assert re.findall(r"<h2>(.*?)</h2>", read()) == [
        "What you can sell",
        "Azure reservations unavailable markets",
        "Buy software subscriptions on behalf of customers",
        "Activate and manage software subscriptions",
        "View activity for software key access and software downloads",
        "Cancel a purchase",
        "Submit a customer support request to cancel a purchase",
    ]


@pytest.mark.parametrize(("language", "first"), [("en", "Åland Islands"), ("zh-hans", "奥兰群岛")])
def test_S10_109_markets_in_three_columns(read, language, first):
    text = read(language)
    table = text[text.index('data-testid="unavailable-markets"') :]
    table = table[: table.index("</div>")]
    columns = [re.findall(r"<li>(.*?)</li>", part) for part in table.split("<ul>")[1:]]
    assert [len(column) for column in columns] == [37, 37, 35]
    assert columns[0][0] == first
    assert len({name for column in columns for name in column}) == 109


def test_S11_the_list_is_dated(read):
    assert "As of 30 Nov 2019." in read()


def test_S12_dashboard_is_a_link(read):
    assert '<a href="/dashboard">dashboard</a>' in read()


def test_S50_learn_more_leads_to_the_plans(read):
    assert "linux/prepay-suse-software-charges" in read()


def test_help_without_a_name_is_this_article(client, db):
    assert client.get("/help").status_code == 200


def test_an_unknown_article_is_404(client, db):
    assert client.get("/help/cheese").status_code == 404


def test_signed_in_it_stands_in_the_frame(client, db):
    client.force_login(build.user(build.partner(), "admin_agent"))
    assert 'data-testid="gear"' in client.get("/help/sell-software").content.decode()


@pytest.mark.parametrize(("locale", "language"), [("en-US", "en"), ("zh-CN", "zh-hans")])
def test_S1_by_API_in_the_language_asked_for(db, locale, language):
    client = APIClient()
    client.force_authenticate(build.actor(build.partner()))
    body = client.get("/v1/help/sell-software", HTTP_X_LOCALE=locale).json()
    assert (body["title"], len(body["sections"])) == (TITLES[language], 7)
    (markets,) = [
        block
        for section in body["sections"]
        for block in section["blocks"]
        if block["kind"] == "markets"
    ]
    assert (len(markets["items"]), markets["asOf"]) == (109, "2019-11-30")
    assert not re.search(r"\*\*|\]\(", str(body))
