"""The months' names, in the forms in which dates write them: nominative, genitive, short."""

from __future__ import annotations

_NAMES = (
    "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari styczeń stycznia sty leden ledna "
    "ocak oca января январь янв ianuarie січня січень януари január januára jaanuar janvāris janvārī sausio gener "
    "tammikuuta tammikuu ιανουαρίου ιαν januarja siječnja يناير كانون जनवरी มกราคม ม.ค",
    "february feb februar feber février févr fév fevrier febrero febbraio fevereiro fev februari luty lutego lut únor "
    "února şubat şub февраля февраль фев февр februarie лютого лютий февруари február februára veebruar februāris "
    "februārī vasario febrer helmikuuta helmikuu φεβρουαρίου φεβ februarja veljače فبراير شباط फरवरी फ़रवरी "
    "กุมภาพันธ์ ก.พ",
    "march mar märz mrz mär maerz mars marzo março marco maart mrt marzec marca březen března mart марта март мар "
    "martie березня березень március märts marts martā kovo març maaliskuuta maaliskuu μαρτίου μαρ ožujka maret مارس "
    "آذار मार्च มีนาคม มี.ค",
    "april apr avril avr abril abr aprile kwiecień kwietnia kwi duben dubna nisan nis апреля апрель апр aprilie "
    "квітня квітень април április apríla aprill aprīlis aprīlī balandžio huhtikuuta huhtikuu απριλίου απρ aprila "
    "travnja أبريل إبريل ابريل نيسان अप्रैल เมษายน เม.ย",
    "may mai mayo maggio mag maio mei maj maja květen května mayıs mayis мая май травня травень május mája maijs maijā "
    "gegužės maig toukokuuta toukokuu μαΐου μαϊ svibnja مايو أيار मई พฤษภาคม พ.ค",
    "june jun juni juin junio giugno giu junho czerwiec czerwca cze červen června haziran haz июня июнь июн iunie "
    "червня червень юни június júna juuni jūnijs jūnijā birželio juny kesäkuuta kesäkuu ιουνίου ιουν junija lipnja "
    "يونيو حزيران जून มิถุนายน มิ.ย",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca lip červenec července temmuz tem июля июль июл "
    "iulie липня липень юли július júla juuli jūlijs jūlijā liepos juliol heinäkuuta heinäkuu ιουλίου ιουλ julija "
    "srpnja يوليو تموز जुलाई กรกฎาคม ก.ค",
    "august aug août aout agosto ago augustus sierpień sierpnia sie srpen srpna ağustos ağu августа август авг augusti "
    "серпня серпень augusztus augusta augusts augustā rugpjūčio agost elokuuta elokuu αυγούστου αυγ avgusta avgust "
    "kolovoza agustus أغسطس اغسطس آب अगस्त สิงหาคม ส.ค",
    "september sep sept septembre septiembre setiembre settembre set setembro wrzesień września wrz září eylül eyl "
    "сентября сентябрь сен сент septembrie вересня вересень септември szeptember septembra septembris septembrī "
    "rugsėjo setembre syyskuuta syyskuu σεπτεμβρίου σεπ rujna سبتمبر أيلول सितंबर सितम्बर กันยายน ก.ย",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października paź říjen října ekim eki "
    "октября октябрь окт octombrie жовтня жовтень октомври október októbra oktoober oktobris oktobrī spalio lokakuuta "
    "lokakuu οκτωβρίου οκτ oktobra أكتوبر اكتوبر अक्टूबर अक्तूबर ตุลาคม ต.ค",
    "november nov novembre noviembre novembro listopad listopada lis listopadu kasım kas ноября ноябрь ноя нояб "
    "noiembrie листопада листопад ноември novembra novembris novembrī lapkričio marraskuuta marraskuu νοεμβρίου νοε "
    "studenoga studenog نوفمبر नवंबर नवम्बर พฤศจิกายน พ.ย",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro desember desembro des grudzień "
    "grudnia gru prosinec prosince aralık ara декабря декабрь дек decembrie грудня грудень декември decembra "
    "detsember decembris decembrī gruodžio desembre joulukuuta joulukuu δεκεμβρίου δεκ prosinca ديسمبر दिसंबर दिसम्बर "
    "ธันวาคม ธ.ค",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_ELSEWHERE = {("hr", "listopada"): 10, ("bs", "listopada"): 10}
"""Where one language's name is another's for a different month."""


def month(word: str, language: str = "") -> int:
    """1 to 12; 0: the word names no month. ``language`` (BCP 47) settles what two languages share."""
    name = word.lower().rstrip(".")
    return _ELSEWHERE.get((language[:2].lower(), name)) or _MONTHS.get(name, 0)
