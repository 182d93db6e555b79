"""Tables with the headings of well-known sets, to see which columns are chosen in them.

The headings are those of the sets, as far as they are remembered; the values are made up, in the shape that they have
there. The rules were tuned on every second table (`TUNED`); the others were only counted.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from trainer.data.table import Reading, read_table
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.columns import choose_columns

ROWS = 240
_SENTENCE = (
    "the a of and story room lamp music teacher water quick old report table window market river answer evening small "
    "paper again never always found lost green road garden number letter friend train bread winter phone song"
)
WORDS = _SENTENCE.split()
PERSONAL = {"Gender", "gender", "Age", "age", "sex", "Geschlecht", "sexe", "Origin/Ethnicity", "race", "nationality"}


@dataclass(frozen=True)
class Set:
    """The columns of a set, each with the kind of its values, and which hold texts and labels."""

    name: str
    columns: str
    """Pairs `name=kind`, separated by semicolons; kinds are in `_value`."""
    texts: str
    """Columns that are right for texts, separated by `|`."""
    labels: str
    """Columns that are right for labels, separated by `|`; empty if there is none, so that it must be asked."""


def _sentence(chance: Random, least: int, most: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most)))


def _date(chance: Random) -> str:
    return f"20{chance.randint(10, 24)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


_KINDS: dict[str, Callable[[Random, int], str]] = {
    "id": lambda chance, row: str(100_000 + row),
    "row": lambda chance, row: str(row),
    "key": lambda chance, row: f"{chance.getrandbits(64):016x}",
    "text": lambda chance, row: _sentence(chance, 12, 40),
    "long": lambda chance, row: _sentence(chance, 60, 120),
    "short": lambda chance, row: _sentence(chance, 3, 9),
    "html": lambda chance, row: f"<div><p>{_sentence(chance, 70, 140)}</p></div>",
    "date": lambda chance, row: _date(chance),
    "tweeted": lambda chance, row: f"Mon Apr {chance.randint(1, 28):02} 22:{chance.randint(0, 59):02}:45 PDT 2009",
    "unix": lambda chance, row: str(1_303_862_400 + 86_400 * chance.randrange(900)),
    "year": lambda chance, row: str(chance.randint(1960, 2020)),
    "url": lambda chance, row: f"https://example.org/{chance.randrange(9**9)}",
    "mail": lambda chance, row: f"person{row}@example.org",
    "user": lambda chance, row: f"user{chance.randrange(90)}",
    "name": lambda chance, row: f"{chance.choice('ABCDEFG')}. {chance.choice(WORDS).title()}",
    "bin": lambda chance, row: str(int(chance.random() < 0.4)),
    "rare": lambda chance, row: str(int(row % 12 == 5)),
    "bool": lambda chance, row: str(chance.random() < 0.5),
    "stars": lambda chance, row: str(chance.choice((1, 2, 3, 4, 5, 5, 5))),
    "votes": lambda chance, row: str(int(chance.expovariate(0.3))),
    "few": lambda chance, row: str(chance.randrange(5)),
    "count": lambda chance, row: str(chance.randrange(400)),
    "sure": lambda chance, row: f"{chance.random():.4f}",
    "money": lambda chance, row: f"{chance.randrange(5000) / 100:.2f}",
    "age": lambda chance, row: str(chance.randint(18, 80)),
    "lang": lambda chance, row: chance.choice(("en", "de", "fr", "es")),
    "country": lambda chance, row: chance.choice(("US", "GB", "DE", "FR", "IN")),
    "city": lambda chance, row: chance.choice(("London", "Paris", "Berlin", "Rome", "Oslo", "Wien", "Bern")),
    "none": lambda chance, row: "",
    "seldom": lambda chance, row: chance.choice(WORDS) if row % 9 == 0 else "",
}


def _value(kind: str, chance: Random, row: int) -> str:
    """A value: of one of `_KINDS`, one of `a/b/c`, or always the same (`!x`)."""
    if kind.startswith("!"):
        return kind[1:]
    return chance.choice(kind.split("/")) if "/" in kind else _KINDS[kind](chance, row)


TOXIC = "toxic=rare;severe_toxic=rare;obscene=rare;threat=rare;insult=rare;identity_hate=rare"
SETS = (
    Set("IMDB", "review=long;sentiment=positive/negative", "review", "sentiment"),
    Set("SMS spam", "v1=ham/ham/ham/spam;v2=text;Unnamed: 2=none;Unnamed: 3=none;Unnamed: 4=none", "v2", "v1"),
    Set("AG News", "Class Index=1/2/3/4;Title=short;Description=text", "Description|Title", "Class Index"),
    Set("Amazon Fine Food", "Id=row;ProductId=key;UserId=key;ProfileName=name;HelpfulnessNumerator=few;"
        "HelpfulnessDenominator=few;Score=stars;Time=unix;Summary=short;Text=text", "Text", "Score"),
    Set("Yelp", "business_id=key;date=date;review_id=key;stars=stars;text=text;type=!review;user_id=key;cool=few;"
        "useful=votes;funny=few", "text", "stars"),
    Set("Sentiment140", "target=0/4;ids=id;date=tweeted;flag=!NO_QUERY;user=user;text=text", "text", "target"),
    Set("Jigsaw toxic comments", f"id=key;comment_text=text;{TOXIC}", "comment_text", "toxic"),
    Set("TREC", "label-coarse=0/1/2/3/4/5;label-fine=count;text=short", "text", "label-coarse"),
    Set("20 newsgroups", "=row;target=0/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15;title=sci.space/rec.autos/alt.atheism/"
        "comp.graphics/misc.forsale;content=long", "content", "target|title"),
    Set("Clickbait", "headline=short;clickbait=bin", "headline", "clickbait"),
    Set("Fake news (ISOT)", "title=short;text=long;subject=politicsNews/worldnews/News;date=date;label=fake/real",
        "text", "label"),
    Set("Emotion", "text=text;label=0/1/2/3/4/5", "text", "label"),
    Set("CoLA", "source=gj04/ks08/l-93/bc01;label=bin;mark=*/;sentence=short", "sentence", "label"),
    Set("GoEmotions", "text=text;id=key;author=user;subreddit=askmen/love/nba/pics;link_id=key;parent_id=key;"
        "created_utc=unix;rater_id=few;example_very_unclear=bool;admiration=rare;amusement=rare;anger=rare;joy=rare;"
        "neutral=bin", "text", "anger|joy|neutral|admiration"),
    Set("Hate speech (Davidson)", "=row;count=3/3/3/6/9;hate_speech=0/1/2/3;offensive_language=0/1/2/3;"
        "neither=0/1/2/3;class=0/1/2;tweet=text", "tweet", "class"),
    Set("Banking77", "text=short;category=card_arrival/lost_card/top_up/refund/exchange_rate", "text", "category"),
    Set("Language identification", "Text=text;language=Estonian/Swedish/Thai/Tamil/Dutch", "Text", "language"),
    Set("Twitter airlines", "tweet_id=id;airline_sentiment=neutral/positive/negative/negative;"
        "airline_sentiment_confidence=sure;negativereason=Late Flight/Bad Service/Lost Bags/;"
        "negativereason_confidence=sure;airline=United/Delta/Virgin/American;airline_sentiment_gold=none;name=user;"
        "negativereason_gold=none;retweet_count=few;text=text;tweet_coord=seldom;tweet_created=date;"
        "tweet_location=city;user_timezone=Eastern/Pacific/Central", "text", "airline_sentiment"),
    Set("Women's clothing", "=row;Clothing ID=count;Age=age;Title=short;Review Text=text;Rating=stars;"
        "Recommended IND=bin;Positive Feedback Count=votes;Division Name=General/Petite/Intimates;"
        "Department Name=Tops/Dresses/Bottoms/Jackets;Class Name=Dresses/Knits/Blouses/Pants", "Review Text",
        "Rating|Recommended IND"),
    Set("Hotel reviews", "address=name;city=city;country=country;name=name;postalCode=count;reviews.date=date;"
        "reviews.rating=stars;reviews.text=text;reviews.title=short;reviews.userCity=city;reviews.username=user",
        "reviews.text", "reviews.rating"),
    Set("Trip advisor", "Review=long;Rating=stars", "Review", "Rating"),
    Set("Spooky authors", "id=key;text=text;author=EAP/HPL/MWS", "text", "author"),
    Set("Poems", "author=user;content=long;poem name=short;age=Renaissance/Modern;type=Love/Nature/Mythology",
        "content", "type"),
    Set("Jokes", "text=text;humor=bool", "text", "humor"),
    Set("What's cooking", "id=id;cuisine=greek/indian/italian/mexican;ingredients=text", "ingredients", "cuisine"),
    Set("Medical transcriptions", "=row;description=text;medical_specialty=Surgery/Urology/Neurology/Cardiology;"
        "sample_name=name;transcription=long;keywords=short", "transcription", "medical_specialty"),
    Set("Resumes", "ID=id;Resume_str=long;Resume_html=html;Category=HR/CHEF/IT/ARTS/SALES", "Resume_str", "Category"),
    Set("Fake job postings", "job_id=row;title=short;location=city;department=Sales/IT/;salary_range=none;"
        "company_profile=text;description=long;requirements=text;benefits=short;telecommuting=rare;"
        "has_company_logo=bin;has_questions=bin;employment_type=Full-time/Part-time/Contract;"
        "required_experience=Entry/Senior/;industry=IT/Retail/Oil;function=Sales/Design;fraudulent=rare",
        "description|company_profile|requirements", "fraudulent"),
    Set("Support tickets", "Ticket ID=row;Customer Name=name;Customer Email=mail;Customer Age=age;"
        "Customer Gender=Male/Female/Other;Product Purchased=TV/Phone/Camera/Laptop;Date of Purchase=date;"
        "Ticket Type=Refund/Billing/Technical;Ticket Subject=Battery/Delivery/Display;Ticket Description=text;"
        "Ticket Status=Open/Closed/Pending;Resolution=seldom;Ticket Priority=Low/High/Critical;"
        "Ticket Channel=Email/Chat/Phone;Customer Satisfaction Rating=stars", "Ticket Description",
        "Ticket Type|Ticket Priority|Ticket Subject"),
    Set("10k German news", "label=Web/Sport/Kultur/Panorama;text=text", "text", "label"),
    Set("German app reviews", "Quelle=App/Web/Filiale;Datum=date;Kundentext=text;Bewertung=stars;Alter=age",
        "Kundentext", "Bewertung"),
    Set("German moods", "Geschlecht=m/w/d;Stimmung=gut/schlecht/neutral;Text=text", "Text", "Stimmung"),
    Set("Allociné", "film-url=url;review=text;polarity=bin", "review", "polarity"),
    Set("French tweets", "sexe=homme/femme;avis=text;ville=city;note=stars", "avis", "note"),
    Set("Spanish comments", "id=row;comentario=text;idioma=es/ca/eu;sentimiento=positivo/negativo/neutro",
        "comentario", "sentimiento"),
    Set("Spanish genres", "sinopsis=long;año=year;género=Drama/Comedia/Terror;título=short", "sinopsis", "género"),
    Set("Italian reviews", "recensione=text;voto=stars;città=city", "recensione", "voto"),
    Set("Portuguese shop (Olist)", "review_id=key;order_id=key;review_score=stars;review_comment_title=short;"
        "review_comment_message=text;review_creation_date=date", "review_comment_message", "review_score"),
    Set("Polish opinions", "opinia=text;ocena=stars;miasto=city", "opinia", "ocena"),
    Set("Dutch book reviews", "boek=name;recensie=text;waardering=stars;geslacht=man/vrouw", "recensie", "waardering"),
    Set("Disaster tweets", "id=row;keyword=fire/flood/crash;location=city;text=text;target=bin", "text", "target"),
    Set("Quora insincere", "qid=key;question_text=text;target=rare", "question_text", "target"),
    Set("Quora pairs", "id=row;qid1=id;qid2=id;question1=short;question2=short;is_duplicate=bin",
        "question1|question2", "is_duplicate"),
    Set("Steam reviews", "review_id=row;title=Dota/Portal/Doom/Rust;year=year;user_review=text;user_suggestion=bin",
        "user_review", "user_suggestion"),
    Set("Amazon Alexa", "rating=stars;date=date;variation=Black/White/Oak;verified_reviews=text;feedback=bin",
        "verified_reviews", "rating|feedback"),
    Set("BBC news", "ArticleId=id;Text=long;Category=business/tech/sport", "Text", "Category"),
    Set("Consumer complaints", "Date received=date;Product=Mortgage/Loan/Card;Sub-product=FHA/VA/Other;"
        "Issue=Billing/Closing/Fraud;Consumer complaint narrative=long;Company=Bank A/Bank B/Bank C;State=CA/NY/TX;"
        "Submitted via=Web/Phone;Timely response?=Yes/No;Complaint ID=id", "Consumer complaint narrative",
        "Product|Issue"),
    Set("DBpedia classes", "text=text;l1=Agent/Place/Work;l2=Person/Event/Artist/Plant;l3=Actor/Moss/River/Town/Song",
        "text", "l1|l2|l3"),
    Set("SNLI", "gold_label=neutral/contradiction/entailment;sentence1=text;sentence2=short;captionID=key;pairID=key;"
        "annotator_labels=neutral/contradiction/entailment", "sentence1|sentence2", "gold_label"),
    Set("Sarcastic headlines", "is_sarcastic=bin;headline=short;article_link=url", "headline", "is_sarcastic"),
    Set("Mental health", "=row;statement=text;status=Anxiety/Normal/Depression/Stress", "statement", "status"),
    Set("Movie plots", "Release Year=year;Title=short;Origin/Ethnicity=American/Bollywood/British;Director=name;"
        "Cast=short;Genre=drama/comedy/horror;Wiki Page=url;Plot=long", "Plot", "Genre"),
    Set("Wine reviews", "=row;country=Italy/Spain/France;description=text;designation=seldom;points=count;price=money;"
        "province=city;taster_name=name;variety=Merlot/Malbec/Riesling;winery=user", "description", "variety"),
    Set("Song lyrics", "artist=user;song=short;link=url;lyrics=long;genre=Rock/Pop/Metal", "lyrics", "genre"),
    Set("Essays of pupils", "pupil_class=7a/7b/8c;essay=long;grade=1/2/3/4;age=12/13/14", "essay", "grade"),
    Set("Personality types", "type=INTJ/ENFP/ISTP/INFJ;posts=long", "posts", "type"),
    Set("Blog authors", "id=id;gender=male/female;age=age;topic=Student/Arts/Tech;sign=Leo/Aries/Virgo;date=date;"
        "text=long", "text", "topic"),
    Set("Gender of names", "comment=text;gender=male/female;country=country", "comment", ""),
    Set("Massive intents", "id=row;locale=de/en/fr/es;partition=train/dev/test;scenario=alarm/music/news;"
        "intent=alarm_set/play_music/news_query;utt=short;worker_id=few", "utt", "intent"),
    Set("Russian reviews", "пол=муж/жен;отзыв=text;тональность=хорошо/плохо/нейтрально", "отзыв", "тональность"),
    Set("Chinese hotels", "评论=text;标签=0/1;城市=北京/上海/广州", "评论", "标签"),
    Set("Japanese reviews", "性別=男/女;レビュー=text;評価=stars", "レビュー", "評価"),
    Set("Turkish reviews", "yorum=text;duygu=olumlu/olumsuz;tarih=date", "yorum", "duygu"),
    Set("Cyberbullying", "tweet_text=text;cyberbullying_type=religion/age/gender/not_cyberbullying", "tweet_text",
        "cyberbullying_type"),
    Set("LIAR", "ID=key;Label=true/false/half-true;Statement=text;Subject=taxes/economy/health;Speaker=user;"
        "Job=Senator/Governor/;State=Ohio/Texas/Iowa;Party=republican/democrat;Context=short", "Statement", "Label"),
    Set("Financial phrases", "Sentiment=neutral/positive/negative;Sentence=text", "Sentence", "Sentiment"),
)  # fmt: skip
TUNED, HELD_OUT = SETS[::2], SETS[1::2]


def outcome(one: Set, folder: Path) -> tuple[str, str]:
    """`right`, `asked` or `wrong`, and what was chosen and offered.

    A choice is right if texts and labels are the ones that the set is known for. It is asked if the right label column
    is among those that are offered. It is wrong if neither, or if an attribute of a person was chosen.
    """
    chance = Random(one.name)  # noqa: S311 - makes up tables
    names, kinds = zip(*(column.split("=") for column in one.columns.split(";")), strict=True)
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(names)
        csv.writer(file).writerows([_value(kind, chance, row) for kind in kinds] for row in range(ROWS))
    try:
        choice = choose_columns(read_table(path, Reading(header=None)))
    except RecipeError as error:
        return "wrong", str(error)
    labels, texts = set(filter(None, one.labels.split("|"))), one.texts.split("|")
    said = f"{choice.text} / {choice.label} (or {', '.join(choice.other_labels) or 'none'})"
    if choice.label in PERSONAL or not {choice.text, *choice.other_texts} & set(texts):
        return "wrong", said
    if choice.text not in texts or choice.label is None:
        return ("asked" if not labels or labels & set(choice.other_labels) else "wrong"), said
    if choice.label in labels and not choice.other_labels:
        return "right", said
    return ("asked" if labels & {choice.label, *choice.other_labels} else "wrong"), said
