"""Every word of the respondent's pages, in each language that we have; the same keys in each.

A clinic may offer a language that is not here: its crisis text and its imported wording are shown
in it, our own words around them in English.
"""

ENGLISH = {
    "name": "English",
    "title": "A few questions",
    "skip_link": "Skip to main content",
    "back": "Back",
    "what": "{items} questions, about {minutes} min.",
    "who_reads": "The person you see reads your answers, usually before or when you next meet.",
    "nobody_now": "Nobody reads your answers at the moment you send them.",
    "left": "If an answer is about your safety and you do not send, your clinic is told so after"
    " half an hour, so that somebody can get in touch. It is not told what you answered.",
    "saved_as_you_go": "Each answer is saved as you go. You can change it until you send.",
    "language": "Language",
    "how": "How do you want to answer?",
    "one": "One question at a time",
    "all": "All questions on one page",
    "begin": "Start",
    "labels": "Only short headings stand here: the full wording of these questions is not on this"
    " page. Ask whoever gave you the link for it.",
    "labels_language": "The questions are in English.",
    "question_of": "Question {n} of {of}",
    "look_back": "Over the last {days} days",
    "choose": "Choose the answer that fits best. You can change it until you send.",
    "line": "Write a whole number from {low} to {high}.",
    "may_skip": "You can leave it out.",
    "saved": "Your answers so far are saved.",
    "next": "Save and go on",
    "check": "Check your answers",
    "check_hint": "Nothing is sent yet. Change what you want to, then send.",
    "change": "Change",
    "not_answered": "Not answered yet",
    "send": "Send my answers",
    "sent": "Thank you. Your answers were sent",
    "sent_next": "The person you see reads them, usually before or when you next meet.",
    "sent_close": "You can close this page.",
    "help": "If you need help now",
    "problem": "There is a problem",
    "error": "Error:",
    "missing": "Question {n} needs an answer",
    "over": "This link cannot be used any more",
    "over_words": "A link works once and for some days. This one was used, has ended or never was.",
    "over_call": "If you still want to answer, call your clinic and ask for a new link.",
    "emergency": "If you are in danger now, call your local emergency number: 112 in Europe, 999 in"
    " the UK, 911 in North America.",
    "later": "This cannot be shown just now",
    "later_words": "Your answers so far are saved. Try again later, with the same link.",
    "later_call": "If it goes on, call your clinic.",
    "offline": "Not sent yet: you are offline. Your answer stays on this page. Try again when you"
    " are connected.",
}
GERMAN = {
    "name": "Deutsch",
    "title": "Einige Fragen",
    "skip_link": "Zum Inhalt springen",
    "back": "Zurück",
    "what": "{items} Fragen, etwa {minutes} Min.",
    "who_reads": "Ihre Ansprechperson liest Ihre Antworten, meist vor oder bei dem nächsten"
    " Treffen.",
    "nobody_now": "Niemand liest Ihre Antworten in dem Moment, in dem Sie sie absenden.",
    "left": "Wenn eine Antwort Ihre Sicherheit betrifft und Sie nicht absenden, erfährt Ihre Praxis"
    " das nach einer halben Stunde, damit sich jemand bei Ihnen melden kann. Was Sie geantwortet"
    " haben, erfährt sie nicht.",
    "saved_as_you_go": "Jede Antwort wird gleich gespeichert. Bis zum Absenden können Sie sie"
    " ändern.",
    "language": "Sprache",
    "how": "Wie möchten Sie antworten?",
    "one": "Eine Frage nach der anderen",
    "all": "Alle Fragen auf einer Seite",
    "begin": "Beginnen",
    "labels": "Hier stehen nur kurze Überschriften: Der volle Wortlaut dieser Fragen steht nicht"
    " auf dieser Seite. Fragen Sie danach, wer Ihnen den Link gegeben hat.",
    "labels_language": "Die Fragen sind auf Englisch.",
    "question_of": "Frage {n} von {of}",
    "look_back": "In den letzten {days} Tagen",
    "choose": "Wählen Sie, was am besten passt. Bis zum Absenden können Sie es ändern.",
    "line": "Schreiben Sie eine ganze Zahl von {low} bis {high}.",
    "may_skip": "Sie können die Frage auslassen.",
    "saved": "Ihre bisherigen Antworten sind gespeichert.",
    "next": "Speichern und weiter",
    "check": "Prüfen Sie Ihre Antworten",
    "check_hint": "Noch ist nichts gesendet. Ändern Sie, was Sie möchten, und senden Sie dann ab.",
    "change": "Ändern",
    "not_answered": "Noch keine Antwort",
    "send": "Antworten absenden",
    "sent": "Danke. Ihre Antworten sind abgesendet",
    "sent_next": "Ihre Ansprechperson liest sie, meist vor oder bei dem nächsten Treffen.",
    "sent_close": "Sie können diese Seite schließen.",
    "help": "Wenn Sie jetzt Hilfe brauchen",
    "problem": "Etwas fehlt noch",
    "error": "Fehler:",
    "missing": "Frage {n} braucht eine Antwort",
    "over": "Dieser Link gilt nicht mehr",
    "over_words": "Ein Link gilt einmal und einige Tage lang. Dieser wurde benutzt, ist abgelaufen"
    " oder war nie gültig.",
    "over_call": "Wenn Sie noch antworten möchten, rufen Sie Ihre Praxis an und bitten Sie um einen"
    " neuen Link.",
    "emergency": "Wenn Sie jetzt in Gefahr sind, rufen Sie den Notruf: 112 in Europa, 999 in"
    " Großbritannien, 911 in Nordamerika.",
    "later": "Das kann gerade nicht gezeigt werden",
    "later_words": "Ihre bisherigen Antworten sind gespeichert. Versuchen Sie es später noch"
    " einmal, mit demselben Link.",
    "later_call": "Wenn es so bleibt, rufen Sie Ihre Praxis an.",
    "offline": "Noch nicht gesendet: Sie sind offline. Ihre Antwort bleibt auf dieser Seite."
    " Versuchen Sie es wieder, wenn Sie verbunden sind.",
}
POLISH = {
    "name": "Polski",
    "title": "Kilka pytań",
    "skip_link": "Przejdź do treści",
    "back": "Wstecz",
    "what": "Liczba pytań: {items}, około {minutes} min.",
    "who_reads": "Odpowiedzi przeczyta osoba, z którą się Pan/Pani spotyka, zwykle przed następnym"
    " spotkaniem lub w jego trakcie.",
    "nobody_now": "W chwili wysłania nikt nie czyta odpowiedzi.",
    "left": "Jeśli odpowiedź dotyczy Pana/Pani bezpieczeństwa i nie zostanie wysłana, po pół"
    " godzinie poradnia dowie się o tym, aby ktoś mógł się skontaktować. Nie dowie się, jaka to"
    " była odpowiedź.",
    "saved_as_you_go": "Każda odpowiedź jest od razu zapisywana. Do wysłania można ją zmienić.",
    "language": "Język",
    "how": "Jak chce Pan/Pani odpowiadać?",
    "one": "Po jednym pytaniu",
    "all": "Wszystkie pytania na jednej stronie",
    "begin": "Rozpocznij",
    "labels": "Są tu tylko krótkie nagłówki: pełnej treści tych pytań nie ma na tej stronie. Proszę"
    " o nią zapytać osobę, od której jest ten link.",
    "labels_language": "Pytania są po angielsku.",
    "question_of": "Pytanie {n} z {of}",
    "look_back": "W ciągu ostatnich {days} dni",
    "choose": "Proszę wybrać odpowiedź, która najlepiej pasuje. Do wysłania można ją zmienić.",
    "line": "Proszę wpisać liczbę całkowitą od {low} do {high}.",
    "may_skip": "To pytanie można pominąć.",
    "saved": "Dotychczasowe odpowiedzi są zapisane.",
    "next": "Zapisz i przejdź dalej",
    "check": "Proszę sprawdzić odpowiedzi",
    "check_hint": "Nic jeszcze nie zostało wysłane. Można wszystko zmienić, a potem wysłać.",
    "change": "Zmień",
    "not_answered": "Brak odpowiedzi",
    "send": "Wyślij odpowiedzi",
    "sent": "Dziękujemy. Odpowiedzi zostały wysłane",
    "sent_next": "Przeczyta je osoba, z którą się Pan/Pani spotyka, zwykle przed następnym"
    " spotkaniem lub w jego trakcie.",
    "sent_close": "Można zamknąć tę stronę.",
    "help": "Jeśli potrzebna jest pomoc teraz",
    "problem": "Czegoś brakuje",
    "error": "Błąd:",
    "missing": "Pytanie {n} wymaga odpowiedzi",
    "over": "Z tego linku nie można już skorzystać",
    "over_words": "Link działa raz i przez kilka dni. Ten został użyty, wygasł albo nigdy nie"
    " istniał.",
    "over_call": "Aby nadal odpowiedzieć, proszę zadzwonić do poradni i poprosić o nowy link.",
    "emergency": "W razie niebezpieczeństwa proszę zadzwonić pod numer alarmowy: 112 w Europie, 999"
    " w Wielkiej Brytanii, 911 w Ameryce Północnej.",
    "later": "Nie można tego teraz pokazać",
    "later_words": "Dotychczasowe odpowiedzi są zapisane. Proszę spróbować później, używając tego"
    " samego linku.",
    "later_call": "Jeśli to się powtarza, proszę zadzwonić do poradni.",
    "offline": "Jeszcze nie wysłano: brak połączenia. Odpowiedź pozostaje na tej stronie. Proszę"
    " spróbować po połączeniu.",
}
LANGUAGES = {"en": ENGLISH, "de": GERMAN, "pl": POLISH}
# Names of languages that clinics may offer beside ours, each in itself.
NAMES = {
    "ar": "العربية",
    "cy": "Cymraeg",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "pt": "Português",
    "ro": "Română",
    "uk": "Українська",
    "ur": "اردو",
}


def spoken(language: str) -> str:
    """Which of our languages a page in this one is written in: `de` for de-AT, else English."""
    plain = language.partition("-")[0]
    return plain if plain in LANGUAGES else "en"


def name_of(language: str) -> str:
    """What people who speak a language call it."""
    plain = language.partition("-")[0]
    if plain in LANGUAGES:
        return LANGUAGES[plain]["name"]
    return NAMES.get(plain, language)
