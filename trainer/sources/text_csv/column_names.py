"""What columns are called in tables of texts, in many languages: names of texts, of labels, and of what is neither."""

from __future__ import annotations

import re
import unicodedata
from enum import Flag, auto

_LONG = 7
"""Letters from which on a name also counts as a part of a longer word: “Kundenbewertung”."""
_FIRST_IDEOGRAPH = "\u2e80"
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W\d_]+")


class Says(Flag):
    """What the name of a column says of it."""

    TEXT = auto()
    LABEL = auto()
    WEAK_LABEL = auto()
    """It may be a label; as often it is something else."""
    WHOLE = auto()
    """It says nothing else: “label”, not “label source”."""
    PERSONAL = auto()
    """An attribute of a person, which is never chosen for a label."""
    TECHNICAL = auto()
    """It is about the row, not about its text: where it comes from, when, how sure somebody was."""
    OWNER = auto()
    """It is about somebody, such as a customer or a pupil, rather than about the text."""


_NAMES: dict[Says, str] = {
    Says.TEXT: """
        text texts message messages msg sms review reviews comment comments sentence sentences tweet tweets content
        body question questions post posts headline description abstract essay lyrics plot transcription transcript
        narrative document article poem joke statement utterance passage paragraph premise summary story email mail
        query ingredients sequence resume requirement clause caption quote verse phrase synopsis overview
        nachricht satz kommentar frage beitrag aufsatz gedicht rezension inhalt beschreibung rueckmeldung
        texte commentaire avis phrase contenu poeme critique texto mensaje comentario resena opinion frase contenido
        poema testo messaggio commento recensione contenuto mensagem conteudo tekst bericht reactie zin
        recensie opmerking tresc wiadomosc komentarz opinia recenzja zdanie besked kommentar anmeldelse melding
        metin yorum mesaj cumle отзыв текст сообщение комментарий предложение вопрос 文本 内容 评论 评语
        句子 正文 本文 テキスト 文章 レビュー コメント 口コミ 리뷰 내용 문장 텍스트 댓글 نص النص تعليق التعليق مراجعة
        טקסט κειμενο σχολιο zprava veta recenze szoveg velemeny v2 ruling transliteration
    """,
    Says.LABEL: """
        label labels class classes category categories categorie target sentiment sentiments polarity emotion emotions
        mood feeling rating ratings stars star score grade topic topics genre genres intent intents intention spam
        toxic toxicity hate hateful offensive insult threat obscene sarcasm sarcastic irony ironic clickbait fake
        fraud fraudulent stance verdict outcome species cuisine specialty speciality priority urgency
        severity humor humour funny duplicate insincere recommended recommend suggestion points variety acceptability
        helpfulness veracity truth relevance subjectivity abusive cyberbullying answer ground prediction
        bias politeness formality satisfied satisfaction churn urgent tone tonality reaction difficulty complexity
        disease illness symptom condition escalated approved accepted dialect phishing malicious
        zufriedenheit empfohlen schwierigkeit tonfall v1 y
        kategorie klasse bewertung stimmung note thema gefuehl zielwert sterne einstufung etikett absicht
        dringlichkeit prioritaet urteil ergebnis
        etiquette classe categorie sentiment note humeur emotion sujet etoiles polarite intention
        etiqueta clase categoria sentimiento calificacion puntuacion estrellas animo emocion tema polaridad
        etichetta sentimento voto valutazione stelle umore emozione argomento polarita
        rotulo sentimento avaliacao nota estrelas humor emocao assunto polaridade
        categorie gevoel beoordeling waardering sterren stemming onderwerp sentiment
        etykieta klasa kategoria ocena sentyment nastroj emocja temat gwiazdki wydzwiek
        etikett klass kategori betyg kansla aemne stemning karakter vurdering folelse
        etiket sinif kategori duygu puan konu ruhhali sonuc
        метка класс категория тональность оценка тема настроение эмоция рейтинг жанр 标签 类别 情感 分类 评分 情绪
        ラベル 感情 分類 カテゴリ カテゴリー 評価 クラス 라벨 감정 분류 카테고리 평점 레이블 التصنيف تصنيف الفئة فئة
        المشاعر תווית קטגוריה רגש ετικετα κατηγορια συναισθημα stitek kategorie hodnoceni nalada cimke erzelem ertekeles
    """,
    Says.WEAK_LABEL: """
        type kind group tag tags status state result results feedback subject issue section department division
        product domain quality level code decision reason mark flag judgement judgment party partei
        gruppe typ art ergebnis antwort ort fach reponse resultat tipo grupo resultado respuesta
        gruppo risultato risposta resposta soort groep resultaat antwoord grupa wynik odpowiedz tur
        ответ тип группа 结果 类型 種類 結果 유형 النوع
    """,
    Says.PERSONAL: """
        gender sex age race ethnicity ethnic religion faith nationality citizenship birthplace birthday birthdate
        marital orientation sexuality disability disabled handicap handicapped pregnant pregnancy caste skin
        party partei political politics ancestry hiv diagnosis diagnoses diagnose union native income smoker smokes
        smoking drinks migration migrant immigrant refugee foreigner ethnicities descent heritage mothertongue
        muttersprache einkommen
        migrationshintergrund behinderung behindert schwangerschaft gewerkschaft gewerkschaftsmitglied raucher
        sexualitaet revenu handicape diagnostic diagnostico diagnosi diagnoza etnia etnico ethnisch ethnique
        discapacidad ingresos embarazo nem szarmazas vallas eletkor nemzetiseg เพศ อายุ ศาสนา สัญชาติ เชื้อชาติ
        geschlecht alter herkunft konfession nationalitaet staatsangehoerigkeit familienstand hautfarbe
        sexe ethnie nationalite sexo edad raza etnia religion nacionalidad sesso eta razza religione nazionalita
        idade raca religiao nacionalidade geslacht leeftijd nationaliteit geloof geboorteland plec wiek narodowosc
        wyznanie rasa kon alder kjonn nationalitet cinsiyet yas uyruk пол возраст национальность религия раса
        性别 年龄 民族 国籍 宗教 性別 年齢 성별 나이 국적 الجنس العمر الجنسية الدين מין גיל φυλο ηλικια
    """,
    Says.TECHNICAL: """
        lang language locale sprache langue idioma lingua taal jezyk sprak dil язык 语言 言語 언어 اللغة
        split fold partition subset source src origin quelle bron fuente fonte zrodlo kilde kaynak источник 来源 出典
        id ids uid uuid guid index idx nr no num number row line key hash time timestamp date datetime year month day
        hour decade created updated published datum zeit uhrzeit jahr monat annee heure fecha hora ano anno rok
        tarih дата год 日期 时间 日付 날짜 التاريخ verified url link href image photo ip geo latitude longitude coord
        country city region province zip postal postcode location place address timezone land stadt ort pays ville
        pais ciudad paese citta kraj miasto device platform channel version app software browser
        retweet retweets likes like favorites favourites followers count counts votes upvotes downvotes helpful useful
        cool num length words confidence probability gold annotator annotators worker rater trusted unit judgments
        price salary amount cost preis prix precio prezzo prijs cena encoding subreddit
    """,
    Says.OWNER: """
        user username customer client pupil student school teacher person reviewer handle account speaker author
        poet writer name nombre imie имя 姓名 名前 이름 nickname surname firstname lastname fullname autor autorin
        sprecher sprecherin verfasser vorname nachname auteur autore автор 作者
        schueler schule kunde nutzer eleve ecole utilisateur alumno escuela usuario studente scuola utente aluno
        escola leerling klant uczen szkola klient ogrenci okul ученик школа
    """,
}
_FILLING = frozenset(
    [
        "is",
        "has",
        "was",
        "the",
        "of",
        "my",
        "a",
        "an",
        "final",
        "overall",
        "human",
        "true",
        "name",
        "text",
        "value",
        "column",
        "l",
    ]
)
"""Words beside a name that take nothing from it: “is_spam”."""


def words_of(name: str) -> list[str]:
    """The words of a column's name in small letters, without accents and numbers.

    >>> words_of("isToxic"), words_of("airline_sentiment"), words_of("Catégorie 2"), words_of("v1")
    (['is', 'toxic'], ['airline', 'sentiment'], ['categorie'], ['v1'])
    """
    plain = _folded(_CAPITAL.sub(" ", name)).strip()
    return [plain] if plain in {"v1", "v2"} else _WORD.findall(plain)


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_WORDS = {says: frozenset(_folded(words).split()) for says, words in _NAMES.items()}
_PARTS = {
    says: tuple(word for word in words if len(word) >= _LONG or word > _FIRST_IDEOGRAPH)
    for says, words in _WORDS.items()
}
"""Names that count inside of longer words as well; in scripts without spaces, all do."""


def what_it_says(name: str) -> Says:
    """What a column's name says of it.

    >>> what_it_says("label") == Says.LABEL | Says.WHOLE, Says.TECHNICAL in what_it_says("sentiment_confidence")
    (True, True)
    """
    words = words_of(name)
    found = Says(0)
    for says in _WORDS:
        if any(_is_one(word, says) for word in words):
            found |= says
    for main in (Says.LABEL, Says.TEXT):
        if main in found and all(_is_one(word, main) or word in _FILLING for word in words):
            found |= Says.WHOLE
    return found


def _is_one(word: str, says: Says) -> bool:
    """Whether a word is one of some names, its plural, or a longer word that contains one."""
    names = _WORDS[says]
    return word in names or word.removesuffix("s") in names or any(part in word for part in _PARTS[says])
