"""The development issuer's one page: who do you want to be?"""

from collections.abc import Mapping
from html import escape

from deploy.demo import CLINICS, PEOPLE, Clinic, Person


PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in – Tidemark</title>
<link rel="icon" href="/static/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/tidemark.css">
<style>
  main {{ max-width: 34rem; margin: 2rem auto; padding: 0 1rem }}
  fieldset {{ border: 0; padding: 0; margin: 1.5rem 0 }}
  legend {{ font-weight: 600; font-size: 1.25rem; padding: 0; margin-bottom: .5rem }}
  .person {{
    display: block; width: 100%; min-height: 48px; margin: .25rem 0; padding: .5rem .75rem;
    text-align: left; font: inherit; color: #212b32; background: #fff;
    border: 1px solid #4c6272; border-radius: 4px; cursor: pointer
  }}
  .person:hover {{ background: #f0f4f5 }}
  .person:focus-visible {{ outline: 3px solid #212b32; outline-offset: 2px; background: #ffeb3b }}
</style>
</head>
<body>
<main>
<h1>Sign in to Tidemark</h1>
<p>This is the development sign-in: choose who you are. Production uses your own provider.</p>
<form method="post" action="/authorize">
{fields}
{clinics}
</form>
</main>
</body>
</html>
"""


def page(wish: Mapping[str, str]) -> str:
    """The page, carrying the client's wish in hidden fields."""
    fields = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in wish.items()
    )
    return PAGE.format(fields=fields, clinics="\n".join(map(_clinic, CLINICS)))


def _clinic(clinic: Clinic) -> str:
    people = "\n".join(_button(person) for person in PEOPLE if person.clinic == clinic)
    return f"<fieldset><legend>{escape(clinic.name)}</legend>\n{people}\n</fieldset>"


def _button(person: Person) -> str:
    role = person.role.value.replace("_", " ")
    return (
        f'<button class="person" name="person" value="{person.staff_id}">'
        f"{escape(person.name)}, {role}</button>"
    )
