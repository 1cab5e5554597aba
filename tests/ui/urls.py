"""The product's addresses and a page with every part of the kit on it."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.shortcuts import render
from django.urls import path

from accounts.permissions import public
from partnercenter.context import GEAR, NAV
from partnercenter.urls import *  # noqa: F403 - handlers too
from partnercenter.urls import urlpatterns as product

AT = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)
LINES = [
    ("a1", "SQL Server Enterprise - 2 Core License Pack - 1 year", 4, "3620", "success", "Active"),
    ("a2", "BizTalk Server 2016 Branch", 1, "1250.5", "info", "Preparing"),
    ("a3", "Windows 7 Extended Security Updates 2020", 1900, "98000", "warning", "3 days left"),
    ("a4", "Windows Server Standard", 2, "512.25", "off", "Cancelled"),
]


class Kitchen(forms.Form):
    query = forms.CharField(label="Search", required=False)
    kind = forms.ChoiceField(label="Status", choices=[("", "All"), ("a", "Active")], required=False)
    company = forms.CharField(label="Company name", help_text="As in the commercial register.")
    email = forms.EmailField(label="Email address")
    order_number = forms.ChoiceField(label="Order number", choices=[("", "Select an order")])
    version = forms.ChoiceField(label="Version", choices=[("2019", "2019")])
    language = forms.ChoiceField(label="Language", choices=[("en", "English")])
    file_type = forms.ChoiceField(label="File type/OS", choices=[("iso", "ISO, x64")])
    start = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    agree = forms.BooleanField(label="The customer has accepted the agreement")
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[("aa", "Admin agent"), ("ga", "Global admin")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="Description", widget=forms.Textarea, required=False)


def entries(menu, current):
    return [
        {
            "key": entry.key,
            "label": entry.label,
            "icon": entry.icon,
            "url": f"/{entry.key}",
            "current": entry.key == current,
        }
        for entry in menu
    ]


@public
def sink(request):
    form = Kitchen({"email": "nobody"} if "bad" in request.GET else None)
    names = ("id", "title", "quantity", "total", "tone", "word")
    lines = [dict(zip(names, line, strict=True)) for line in LINES]
    for line in lines:
        line["total"] = Decimal(line["total"])
        line["order"] = f"NUXMSvmS20EQ4kabcdef{line['id']}Nk1"
        line["open"] = request.GET.get("line") == line["id"]
    submenu = [
        {"label": label, "url": f"/{label}", "current": label == "Software"}
        for label in ("Overview", "Software", "Order history", "Account")
    ]
    actor = SimpleNamespace(
        name="aa@fabrikam.example",
        user=None,
        partner=SimpleNamespace(name="Fabrikam", is_sandbox=True),
    )
    context = {
        "actor": actor,
        "nav": entries(NAV, "customers"),
        "gear": entries(GEAR, ""),
        "search_url": "/customers",
        "profile_url": "/me",
        "page_time": AT,
        "layout": "base.html",
        "form": form,
        "lines": lines,
        "at": AT,
        "submenu": submenu,
        "step_names": ["Account info", "Review", "Confirmation"],
        "panel": request.GET.get("panel"),
        "dialog": request.GET.get("dialog"),
    }
    return render(request, "kitchen_sink.html", context, status=400 if form.errors else 200)


@public
def trouble(request, name):
    context = {
        "status": name,
        "description": "This needs one of these roles: Admin agent.",
        "correlation_id": "2f7b9a52-8f1d-4f6e-9a8d-0c1a2b3c4d5e",
        "retry_after": 42,
    }
    return render(request, f"errors/{name}.html", context)


urlpatterns = [path("sink", sink), path("trouble/<str:name>", trouble), *product]
