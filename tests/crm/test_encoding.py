"""The encoding of small customer files is recognised in every language, and UTF-8 costs nothing to recognise."""

import random
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crm.encoding import DetectedEncoding, EncodingEvidence, detect_encoding
from tests.fixtures.crm.hostile import ENCODINGS, PEOPLE

# Other people than those of the hostile files, so that no language is known by one set of names only.
OTHERS: dict[str, str] = {
    "german": "Bäcker Lüdecke Voß Höfer Brüning Tübingen Fürth Saarbrücken Görlitz",
    "french": "Chrétien Joséphine Théo Aurélie Cédric Sète Alès Épinal Chambéry Béthune",
    "spanish": "Yáñez Gutiérrez Martínez Vázquez Ordóñez Mérida Gijón Almería Cáceres",
    "portuguese": "João Gonçalves Assunção Falcão Sebastião Setúbal Maceió São-Paulo Olhão",
    "swedish": "Håkansson Söderberg Bäckström Nyström Gävle Luleå Norrköping Växjö",
    "danish": "Sørensen Møller Kjær Jørgensen København Århus Nykøbing Bødker",
    "icelandic": "Guðmundsson Þórðarson Jónsdóttir Sigurðsson Reykjavík Ísafjörður Höfn",
    "polish": "Gołąb Piątek Krzyżanowski Żurawski Rębacz Śliwa Zamość Słupsk Elbląg Płock",
    "czech": "Křížová Ševčík Říha Beneš Zdeněk Vaněk Kroměříž Karviná Břeclav",
    "hungarian": "Bíró Hegedűs Lőrincz Pintér Sándor Réka Siófok Kőszeg Tatabánya",
    "romanian": "Rădulescu Cătălin Vlăduţ Ioniţă Costică Târgovişte Argeş Feteşti",
    "croatian": "Kovačević Babić Marić Šimić Božić Đurić Šibenik Čakovec Požega",
    "turkish": "Güneş Çetin Işık Bağcı Şimşek Tuğba Kırıkkale Niğde Uşak Kırşehir",
    "lithuanian": "Grigaliūnas Ąžuolas Vaičiūnas Šarūnas Šilutė Telšiai Panevėžys",
    "latvian": "Bērziņš Kalniņš Ozoliņa Jānis Līga Krūmiņš Rīga Liepāja Rēzekne",
    "russian": "Лебедева Захаров Мельников Жуков Королёва Тюмень Ярославль Сочи",
    "ukrainian": "Мельник Поліщук Савченко Руденко Ґудзь Київ Чернівці Ужгород",
    "greek": "Καραγιάννης Αντωνίου Μακρή Ζαχαρίας Σπύρος Καλαμάτα Τρίκαλα Άργος",
    "hebrew": "גולדשטיין אזולאי חדד נועם תמר רונית הרצליה עכו טבריה",
    "arabic": "عمر سلمى نورا طارق ياسمين هشام زينب جدة طنجة صنعاء",
    "thai": "สมชาย วิชัย มานี ประเสริฐ สุดา กรุงเทพ เชียงใหม่ ภูเก็ต",
    "simplified chinese": "胡建平 郭嘉 马丽 邓紫棋 冯巩 彭于晏 苏州 厦门 昆明 贵阳",
    "traditional chinese": "陳水 張惠妹 郭台銘 蘇貞昌 葉問 澎湖 南投 雲林 九龍 淡水",
    "japanese": "松本潤 石原さとみ 木村拓哉 橋本環奈 ワタナベ 仙台 広島 川崎市 新宿区",
    "korean": "송중기 한가인 배수지 류현진 오달수 포항 창원 전주 청주",
}
MORE_ENCODINGS = {
    "portuguese": ("cp1252", "mac-roman"),
    "swedish": ("cp1252", "cp850"),
    "danish": ("cp1252",),
    "icelandic": ("cp1252",),
    "romanian": ("cp1250",),
    "croatian": ("cp1250", "iso8859-2"),
    "lithuanian": ("cp1257",),
    "latvian": ("cp1257",),
    "ukrainian": ("cp1251", "koi8-u"),
    "thai": ("cp874",),
}
CASES = [(language, encoding) for language in OTHERS for encoding in (ENCODINGS | MORE_ENCODINGS)[language]]


def _table(language: str, rows: int, chance: random.Random, *, capitals: bool) -> str:
    words = OTHERS[language].split() + " ".join(PEOPLE.get(language, ())).replace(";", " ").split()
    lines = [f"{n};{chance.choice(words)};{chance.choice(words)};{chance.randint(1, 999)},50" for n in range(rows)]
    text = "\r\n".join(["id;name;city;spent", *lines]) + "\r\n"
    return text.upper() if capitals else text


@pytest.mark.parametrize("capitals", [False, True])
@pytest.mark.parametrize("rows", [10, 40, 200])
@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_small_files_of_every_language_are_read_as_they_were_written(
    language: str, encoding: str, rows: int, capitals: bool
) -> None:
    data = _table(language, rows, random.Random(rows), capitals=capitals).encode(encoding, "ignore")
    found = detect_encoding([data], whole=True)
    assert found is not None
    assert data[found.bom_bytes :].decode(found.name) == data.decode(encoding)
    assert 0 < found.confidence <= 1


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
        (b"\x84\x31\x95\x33", "gb18030"),
    ],
)
def test_a_byte_order_mark_decides(mark: bytes, name: str) -> None:
    data = mark + "id;größe\n".encode(name)
    assert detect_encoding([data], whole=True) == DetectedEncoding(name, len(mark), 1.0)


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", sorted(PEOPLE))
def test_wide_encodings_need_no_mark(name: str, language: str) -> None:
    text = "id;name;city\n" + "".join(f"{n};{person}\n" for n, person in enumerate(PEOPLE[language]))
    found = detect_encoding([text.encode(name)], whole=True)
    assert found is not None
    assert (found.name, found.bom_bytes) == (name, 0)


@pytest.mark.parametrize("row", [b"ab c,\0\n", b"a,\0,b\n", b"\0\0,A\0\0\n", b"A\0nn,Bob\n"])
def test_nuls_in_text_are_no_utf16(row: bytes) -> None:
    found = detect_encoding([b"id,name\n" + row * 50], whole=True)
    assert found is not None
    assert found.name == "utf-8"


@settings(deadline=None, max_examples=100)
@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0\x1b\ufeff"), max_size=300),
    cuts=st.lists(st.integers(0, 900), max_size=4),
)
def test_valid_utf8_is_utf8_wherever_samples_are_cut(text: str, cuts: list[int]) -> None:
    data = text.encode()
    places = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    samples = [data[start:end] for start, end in pairwise(places)]
    found = detect_encoding(samples, whole=True)
    assert found is not None
    assert found.name == "utf-8"


@pytest.mark.parametrize("broken", [b"J\xf6rg", b"\xc3", b"\xff\xfe\xfd", b"\xe2\x82", b"\xed\xa0\x80"])
def test_a_few_broken_bytes_leave_utf8_what_it_is(broken: bytes) -> None:
    data = "".join(f"{n},Zoë,Łódź\n" for n in range(20)).encode() + b"21," + broken + b",x\n"
    found = detect_encoding([data], whole=True)
    assert found is not None
    assert found.name == "utf-8"
    assert found.confidence < 1


def test_one_old_byte_in_ascii_is_an_old_encoding() -> None:
    found = detect_encoding([b"id,name\n" + b"1,Ann\n" * 500 + b"2,J\xf6rg\n"], whole=True)
    assert found is not None
    assert found.name == "cp1252"


@pytest.mark.parametrize("text", ["„gut“ – wirklich…", "10 € – 20 €", "O’Neill “Bob”", "Œuvre – “x” • 5 €"])
def test_windows_punctuation_means_windows(text: str) -> None:
    data = ("id;note\n" + f"1;{text}\n" * 5).encode("cp1252")
    found = detect_encoding([data], whole=True)
    assert found is not None
    assert data.decode(found.name) == data.decode("cp1252")


@pytest.mark.parametrize("symbol", ["©", "®", "±", "÷", "™", "¦", "80 m²"])
def test_a_lonely_symbol_does_not_make_the_encoding_unknown(symbol: str) -> None:
    data = f"id;name of the company\n1;Acme Consolidated {symbol} Incorporated\n2;Zenith Limited\n".encode("cp1252")
    found = detect_encoding([data], whole=True)
    assert found is not None
    assert found.name == "cp1252"


def test_between_latin_1_and_windows_windows_is_chosen() -> None:
    found = detect_encoding(["id;name\n1;Jörg\n2;Hélène\n".encode("latin-1")], whole=True)
    assert found is not None
    assert found.name == "cp1252"


def test_what_fits_nothing_is_not_guessed() -> None:
    noise = bytes(range(128, 256)) * 8 + bytes(range(255, 127, -1)) * 8
    found = detect_encoding([noise], whole=True)
    assert found is None or found.confidence < 0.6


def test_utf8_and_ascii_need_no_tables_of_languages() -> None:
    code = (
        "import sys; from ingest.crm.encoding import detect_encoding as d; d(['id,größe\\n'.encode()] * 3, whole=True);"
        "print([m for m in sys.modules if 'charset_normalizer' in m or 'encoding_letters' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("language", "encoding"), [("german", "cp1252"), ("russian", "koi8-r"), ("japanese", "cp932")])
def test_a_large_old_sample_is_known_quickly(language: str, encoding: str) -> None:
    data = _table(language, 40_000, random.Random(1), capitals=False).encode(encoding, "ignore")
    evidence = EncodingEvidence()
    evidence.add(data)
    start = time.process_time()
    found = evidence.verdict(whole=True)
    assert time.process_time() - start < 0.5  # 0.03 s here; the bound is for a busy machine
    assert found is not None
    assert data.decode(found.name, "replace") == data.decode(encoding, "replace")


def test_a_line_as_long_as_the_sample_is_looked_at_in_part() -> None:
    data = ("id;name\n1;" + "Müller, Köln " * 40_000 + "\n").encode("cp1252")
    found = detect_encoding([data], whole=True)
    assert found is not None
    assert found.name == "cp1252"
