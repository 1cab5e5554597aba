"""English left over on a Chinese page: what is neither a name, nor an id, nor a data value."""

import re
from collections.abc import Sequence

from playwright.sync_api import Page

# Text and the attributes that are read out or shown; places that speak another language on purpose
# (a lang of their own, translate="no") are left out, so are the choices of a list.
READ = """() => {
  const foreign = "[translate=no], [lang]:not(html), script, style, option, .mono, time";
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (!parentElement.closest(foreign)) said.push(data);
  }
  for (const name of ["aria-label", "title", "placeholder", "data-label", "alt"])
    for (const element of document.querySelectorAll(`body [${name}]`))
      if (!element.closest(foreign)) said.push(element.getAttribute(name));
  return [document.title, ...said].map(text => text.trim()).filter(Boolean);
}"""
DATA = re.compile(
    r"\S+@\S+"  # mail addresses
    r"|https?://\S+"  # addresses
    r"|\b[\w-]+\.(?:example|iso|zip|exe|png)\b"  # domains, files
    r"|\b[\w-]+(?:…[\w-]*)?\d[\w…:-]*"  # ids, whole or cut, and everything with a digit
    r"|\w+…\w+"
)
NAMES = {
    "Adatum", "Alpine", "Contoso", "Fabrikam", "Northwind", "Wingtip",
    "Kim", "Abercrombie", "Mia", "Weber", "AA", "GA", "GAAA", "SA", "DU", "Way", "Redmond",
    "WA", "aa",
}  # fmt: skip
# The builds of a product are named by its media, as their file names are.
MEDIA = {"English", "Chinese", "Simplified"}
FILE_TYPES = {"png", "jpg", "pdf", "txt", "log", "csv", "xlsx", "docx", "zip"}
# Words that Chinese readers of this trade write in Latin letters, as the glossary does.
LATIN = {
    "API", "Azure", "CSP", "CSV", "EN", "GUID", "ICS", "ID", "IP", "ISO", "JavaScript", "KB",
    "Linux", "MB", "Microsoft", "OS", "PDF", "RedHat", "SKU", "SQL", "SUSE", "Server", "URI", "USD",
    "UTC", "Webhook",
    "Windows", "Datacenter", "Standard", "Red", "Hat",
    # Of the protocol: X-MS-Certificate-Url, x-ms-signature and their like.
    "http", "https", "JSON", "POST", "Authorization", "MS", "Certificate", "Url", "ms", "signature",
}  # fmt: skip


def english_in(tab: Page, titles: Sequence[str]) -> list[str]:
    """The texts of the page in which English words are left, with those words."""
    found = []
    for text in tab.evaluate(READ):
        rest = text
        for title in titles:
            rest = rest.replace(title, " ")
        words = re.findall(r"[A-Za-z][A-Za-z'’]+", DATA.sub(" ", rest))
        if left := [word for word in words if word not in NAMES | MEDIA | FILE_TYPES | LATIN]:
            found.append(f"{' '.join(left)} (in: {text[:80]})")
    return found
