// Sends the page's form on; without this file there is its button.

document.querySelector("form[data-post]")?.requestSubmit();
