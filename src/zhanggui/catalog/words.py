"""Search words: what of a product goes into the index, and how any input becomes a query that cannot fail.

Chinese has no spaces, so every character and every pair of neighbours is a word of the index; pairs that rjieba takes
for a word weigh more than pairs across a border. The pinyin of a text is kept from each character onwards (and so are
its initials), so a prefix test finds any part of it. `ü`, `v` and `u` after l and n are one letter here.
"""

import os
import re
import unicodedata
from collections.abc import Container, Iterable
from functools import cache, lru_cache
from itertools import chain, count
from typing import NamedTuple

#: A lexeme of pinyin or of initials holds this many letters; longer queries are cut to it.
PINYIN_LETTERS = 24
MAX_WORD = 64
MAX_QUERY = 200
MAX_TERMS = 12
MANY_NAMES = 20_000
SHORT = 40  # letters of a name that may come again
MAX_LEXEMES = 4000  # and so positions, of which PostgreSQL stores up to 16 383

_HAN = "\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_OTHER_CJK = "\u3040-\u30ff\uac00-\ud7af"  # kana and hangul: no pinyin, but no spaces between words either
_CJK_RUN = re.compile(f"[{_HAN}{_OTHER_CJK}]+")
_HAN_CHAR = re.compile(f"[{_HAN}]")
_CHUNK = re.compile(r"[^\W_]+")
_PIECE = re.compile(f"[{_HAN}{_OTHER_CJK}]+|[^\\W_{_HAN}{_OTHER_CJK}]+")
_PART = re.compile(r"\d+|\D+")
_APOSTROPHES = re.compile(r"(?<=[a-z])['’‘`](?=[a-z])")
_SHORT_U = re.compile(r"(?<=[ln])v")
_LETTERS = re.compile(r"[^a-z]")


def normalise(text: str) -> str:
    """Half-width, lower case, Latin letters without their marks (so ü is u), apostrophes inside words gone."""
    if text.isascii():
        return _APOSTROPHES.sub("", text.lower())
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in folded if not "\u0300" <= c <= "\u036f")
    return _APOSTROPHES.sub("", unicodedata.normalize("NFC", bare))


def plain_pinyin(letters: str) -> str:
    """One spelling for ü: `lv`, `lü` and `lu` are all `lu`."""
    return _SHORT_U.sub("u", letters)


def load_dictionaries() -> None:
    """Load the word and pinyin dictionaries (about 60 MB, half a second) now instead of at the first Chinese text.

    Nothing else imports them, so a process that never searches never pays; a web server loads them before anything else,
    so that what is left over of reading them is used by what comes after, and before it forks.
    """
    _share_readings()
    _readings("绿萝")
    _cut("绿萝")


@cache
def _share_readings() -> None:
    """Let pypinyin's phrases share what is read the same (200 000 syllables, 1 200 different ones): a third of its memory.

    Once: in a forked process it would make a copy of everything.
    """
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin.constants import PHRASES_DICT

    shared: dict[str, list[str]] = {}
    for phrase, readings in PHRASES_DICT.items():
        PHRASES_DICT[phrase] = [shared.setdefault(",".join(reading), reading) for reading in readings]


def _cut(text: str) -> list[str]:
    import rjieba  # not at the top: see load_dictionaries

    return list(rjieba.cut(text))


def _syllables_of(run: str) -> list[str]:
    _share_readings()
    from pypinyin import Style, lazy_pinyin  # not at the top: see load_dictionaries

    return list(_syllables(lazy_pinyin(run, style=Style.NORMAL)))


@lru_cache(maxsize=20_000)
def _readings(run: str) -> tuple[tuple[str, ...], ...]:
    """Syllables of a run of Chinese characters as read in context and, where that differs, one by one."""
    context = tuple(_syllables_of(run))
    if len(context) != len(run):
        context = ()
    single = tuple(_single(character) for character in run)
    return (context, single) if context and context != single else (single,)


@lru_cache(maxsize=30_000)
def _single(character: str) -> str:
    return next(iter(_syllables_of(character)), "")


def _syllables(found: list[str]) -> Iterable[str]:
    for syllable in found:
        yield _LETTERS.sub("", syllable.replace("ü", "v"))


def _pinyin(chunk: str) -> Iterable[str]:
    """Pinyin and initials of a chunk from each of its characters on; Latin pieces inside it (T恤) are read along."""
    streams: list[list[str]] = [[], []]
    for piece in _PIECE.findall(chunk):
        if _HAN_CHAR.match(piece):
            readings = _readings(piece)
            streams[0].extend(readings[0])
            streams[1].extend(readings[-1])
        else:
            for stream in streams:
                stream.append(piece)
    for stream in streams if streams[0] != streams[1] else streams[:1]:
        spoken = [plain_pinyin(syllable) for syllable in stream if syllable]  # a rare character may have no reading
        whole, initials = "".join(spoken), "".join(syllable[0] for syllable in spoken)
        start = 0
        for position, syllable in enumerate(spoken):
            yield whole[start : start + PINYIN_LETTERS]
            yield initials[position : position + PINYIN_LETTERS]
            start += len(syllable)


def lexemes(text: str) -> dict[str, bool]:
    """The index words of a normalised text in their order: True for whole words, False for parts of words."""
    found: dict[str, bool] = {}
    for piece in _PIECE.findall(text):
        if _CJK_RUN.match(piece):
            words = set(_cut(piece))
            for position, character in enumerate(piece):
                pair = piece[position : position + 2]
                found[pair] = found.get(pair, False) or pair in words
                found[character] = found.get(character, False) or character in words
        else:
            found[piece[:MAX_WORD]] = True
            parts = _PART.findall(piece)
            for part in parts if len(parts) > 1 else ():
                found.setdefault(part[:MAX_WORD], False)
    return found


@lru_cache(maxsize=5_000)
def pinyin(text: str) -> tuple[str, ...]:
    """The pinyin words of a normalised text."""
    return tuple(word for chunk in _CHUNK.findall(text) if _HAN_CHAR.search(chunk) for word in _pinyin(chunk))


class Spelled(NamedTuple):
    """What a text gives the index, and the text it was made of."""

    text: str
    lexemes: dict[str, bool]
    pinyin: tuple[str, ...]


def spelled(text: str) -> Spelled:
    plain = normalise(text)
    return Spelled(text, lexemes(plain), pinyin(plain))


_laid_by: dict[str, Spelled] = {}


def lay_by(made: Iterable[Spelled]) -> None:
    """Keep what was made elsewhere of titles that are about to be written, until others are laid by."""
    global _laid_by
    _laid_by = {one.text: one for one in made}


class Name(NamedTuple):
    """What many products share: a brand, a category, a tag, the value of an option."""

    text: str
    lexemes: tuple[str, ...]
    pinyin: tuple[str, ...]
    slug: str


def name(text: str) -> Name:
    made = spelled(text)
    return Name(text, tuple(made.lexemes), made.pinyin, slug(text))


_known: dict[str, Name] = {}


def know(names: Iterable[Name]) -> None:
    """Keep what was made of names elsewhere, so that this process can do without the dictionaries."""
    if len(_known) > MANY_NAMES:
        _known.clear()
    _known.update((name.text, name) for name in names)


@lru_cache(maxsize=5_000)
def _spelled_often(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a name, with or without the English one after it."""
    if known := _known.get(text.strip()):
        return known.lexemes, known.pinyin
    made = spelled(text)
    return tuple(made.lexemes), made.pinyin


@lru_cache(maxsize=5_000)
def _lexemes_often(text: str) -> tuple[str, ...]:
    known = _known.get(text)
    return known.lexemes if known else tuple(lexemes(normalise(text)))


def document(title: str, named: Iterable[str], spoken: Iterable[str] = ()) -> str:
    """A `tsvector` literal. Weights: A words of the title, B its parts, C `spoken` (brand, category, tags: with pinyin)
    and `named` (codes, options, values: without), D pinyin."""
    own = _laid_by.get(title) or spelled(title)
    often = [_spelled_often(text) for text in spoken]
    found = {lexeme: "A" if word else "B" for lexeme, word in own.lexemes.items()}
    plain = []
    texts = []
    for text in named:
        if text.isascii():
            plain.append(text)
        else:
            texts.append(_lexemes_often(text) if len(text) <= SHORT else lexemes(normalise(text)))
    for words in (*(pair[0] for pair in often), lexemes(normalise(" ".join(plain))), *texts):
        for lexeme in words:
            found.setdefault(lexeme, "C")
    for words in (own.pinyin, *(pair[1] for pair in often)):
        for lexeme in words:
            found.setdefault(lexeme, "D")
    kept = list(found.items())[:MAX_LEXEMES]
    return " ".join([f"'{lexeme}':{at}{weight}" for at, (lexeme, weight) in enumerate(kept, 1)])


def query(text: str) -> str:
    """A `tsquery` literal for whatever was typed; empty when nothing in it can be searched for.

    Every term must occur; Latin terms match as prefixes, as words or as pinyin. Input beyond 200 characters or
    12 terms is ignored.
    """
    terms: dict[str, None] = {}
    for piece in _PIECE.findall(normalise(text[:MAX_QUERY])):
        for term in _terms(piece):
            terms[term] = None
    return " & ".join(list(terms)[: MAX_TERMS * 2])


def _terms(piece: str) -> Iterable[str]:
    if _CJK_RUN.match(piece):
        if len(piece) == 1:
            yield f"'{piece}'"
        for position in range(len(piece) - 1):
            yield f"'{piece[position : position + 2]}'"
    else:
        yield _latin_term(piece)


def _latin_term(piece: str) -> str:
    choices = [_prefix(piece[:MAX_WORD])]
    spoken = plain_pinyin(piece)[:PINYIN_LETTERS]
    if spoken != piece:
        choices.append(_prefix(spoken))
    parts = _PART.findall(piece)
    if len(parts) > 1:
        choices.append("(" + " & ".join(_prefix(plain_pinyin(part)[:PINYIN_LETTERS]) for part in parts[:6]) + ")")
    return choices[0] if len(choices) == 1 else "(" + " | ".join(choices) + ")"


def _prefix(word: str) -> str:
    """A single letter or a number is meant as it stands; anything longer may go on."""
    return f"'{word}'" if len(word) == 1 or word.isdigit() else f"'{word}':*"


def free(slug: str, taken: Container[str]) -> str:
    """The slug, or the first with a number behind it, that is not taken: a name may read like another's slug."""
    return next(each for each in chain([slug], (f"{slug}-{n}" for n in count(2))) if each not in taken)


def slug(text: str, limit: int = 80) -> str:
    """A readable piece of a URL: Latin words and pinyin joined by hyphens; empty when the text holds neither."""
    if limit == 80 and (known := _known.get(text)):
        return known.slug
    parts: list[str] = []
    for piece in _PIECE.findall(normalise(text[:200])):
        if _HAN_CHAR.match(piece):
            parts.extend(_readings(piece)[0])
        elif piece.isascii():
            parts.append(piece)
    made = "-".join(part for part in parts if part)
    return made if len(made) <= limit else made[:limit].rsplit("-", 1)[0]
