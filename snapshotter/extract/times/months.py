"""The months' names, in the forms in which dates write them: nominative, genitive, short."""

from __future__ import annotations

_NAMES = (
    "january jan januar jänner jän janvier janv enero ene gennaio gen janeiro januari styczeń stycznia sty leden "
    "ledna ocak oca января январь янв ianuarie січня січень януари január januára jaanuar janvāris janvārī sausio "
    "gener tammikuuta tammikuu ιανουαρίου ιαν januarja siječnja يناير كانون जनवरी มกราคม ม.ค 一月 ינואר ژانویه ژانویهٔ "
    "جنوری جنوري جانفي জানুয়ারি জানুয়ারী জানু জানুৱাৰী ஜனவரி జనవరి ജനുവരി जानेवारी जाने જાન્યુઆરી ਜਨਵਰੀ ಜನವರಿ "
    "ජනවාරි ଜାନୁଆରୀ იანვარი იან հունվարի հունվար հնվ јануар јануара јануари студзеня студзень қаңтар yanvar jannar "
    "urtarrila urtarrilaren xaneiro janúar ionawr eanáir មករា ມັງກອນ ဇန်နဝါရီ ጃንዋሪ januarie siječanj sausis "
    "ιανουάριος",
    "february feb februar feber février févr fév fevrier febrero febbraio fevereiro fev februari luty lutego lut "
    "únor února şubat şub февраля февраль фев февр februarie лютого лютий февруари február februára veebruar "
    "februāris februārī vasario febrer helmikuuta helmikuu φεβρουαρίου φεβ februarja veljače فبراير شباط फरवरी "
    "फ़रवरी กุมภาพันธ์ ก.พ 二月 פברואר فوریه فوریهٔ فروری فبروري فيفري ফেব্রুয়ারি ফেব্রুয়ারী ফেব্রু ফেব্ৰুৱাৰী "
    "பிப்ரவரி ఫిబ్రవరి ഫെബ്രുവരി फेब्रुवारी फेब्रुअरी फेब्रु ફેબ્રુઆરી ਫ਼ਰਵਰੀ ಫೆಬ್ರವರಿ පෙබරවාරි ଫେବୃଆରୀ თებერვალი "
    "თებ փետրվարի փետրվար փտվ фебруар фебруара фебруари лютага люты ақпан fevral frar otsaila otsailaren febreiro "
    "febrúar chwefror feabhra pebrero កុម្ភៈ ກຸມພາ ဖေဖော်ဝါရီ ፌብሩዋሪ veljača vasaris shkurt febr φεβρουάριος",
    "march mar märz mrz mär maerz mars marzo março marco maart mrt marzec marca březen března mart марта март мар "
    "martie березня березень március märts marts martā kovo març maaliskuuta maaliskuu μαρτίου μαρ ožujka maret مارس "
    "آذار मार्च มีนาคม มี.ค 三月 מרץ מרס مارچ মার্চ মাৰ্চ மார்ச் మార్చి മാർച്ച് માર્ચ ਮਾਰਚ ಮಾರ್ಚ್ මාර්තු ମାର୍ଚ୍ଚ მარტი "
    "մարտի մարտ сакавіка сакавік наурыз marzu martxoa martxoaren mawrth márta marso មីនា ມີນາ မတ် ማርች ožujak kovas "
    "marec márc machi μάρτιος",
    "april apr avril avr abril abr aprile kwiecień kwietnia kwi duben dubna nisan nis апреля апрель апр aprilie "
    "квітня квітень април április apríla aprill aprīlis aprīlī balandžio huhtikuuta huhtikuu απριλίου απρ aprila "
    "travnja أبريل إبريل ابريل نيسان अप्रैल เมษายน เม.ย 四月 אפריל آوریل اپریل أفريل এপ্রিল এপ্ৰিল ஏப்ரல் ఏప్రిల్ "
    "ഏപ്രിൽ एप्रिल अप्रिल એપ્રિલ ਅਪ੍ਰੈਲ ಏಪ್ರಿಲ್ අප්‍රේල් ଅପ୍ରେଲ აპრილი ապրիլի ապրիլ красавіка красавік сәуір aprel "
    "apirila apirilaren apríl ebrill aibreán មេសា ເມສາ ဧပြီ ኤፕሪል travanj balandis prill aprili ápr απρίλιος",
    "may mai mayo maggio mag maio mei maj maja květen května mayıs mayis мая май травня травень május mája maijs "
    "maijā gegužės maig toukokuuta toukokuu μαΐου μαϊ svibnja مايو أيار मई พฤษภาคม พ.ค 五月 מאי مه مهٔ مئی ماي মে மே "
    "మే മേയ് मे મે ਮਈ ಮೇ මැයි ମଇ მაისი մայիսի մայիս мај маја мамыр mejju maiatza maiatzaren maí bealtaine ឧសភា "
    "ພຶດສະພາ မေ ሜይ svibanj gegužė μάιος",
    "june jun juni juin junio giugno giu junho czerwiec czerwca cze červen června haziran haz июня июнь июн iunie "
    "червня червень юни június júna juuni jūnijs jūnijā birželio juny kesäkuuta kesäkuu ιουνίου ιουν junija lipnja "
    "يونيو حزيران जून มิถุนายน มิ.ย 六月 יוני ژوئن جون جوان জুন ஜூன் జూన్ ജൂൺ जुन જૂન ਜੂਨ ಜೂನ್ ජූනි ଜୁନ ივნისი հունիսի "
    "հունիս јун јуна јуни чэрвеня чэрвень маусым iyun ġunju ekaina ekainaren xuño júní mehefin meitheamh hunyo "
    "មិថុនា ມິຖຸນາ ဇွန် ጁን junie lipanj birželis qershor junij jún ιούνιος",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca lip červenec července temmuz tem июля июль июл "
    "iulie липня липень юли július júla juuli jūlijs jūlijā liepos juliol heinäkuuta heinäkuu ιουλίου ιουλ julija "
    "srpnja يوليو تموز जुलाई กรกฎาคม ก.ค 七月 יולי ژوئیه ژوئیهٔ جولائی جولای جويلية يوليوز জুলাই ஜூலை జులై జూలై ജൂലൈ "
    "जुलै જુલાઈ ਜੁਲਾਈ ಜುಲೈ ජූලි ଜୁଲାଇ ივლისი հուլիսի հուլիս јул јула јули ліпеня ліпень шілде iyul lulju uztaila "
    "uztailaren xullo júlí gorffennaf iúil hulyo កក្កដា ກໍລະກົດ ဇူလိုင် ጁላይ srpanj liepa korrik julij júl julai "
    "ιούλιος",
    "august aug août aout agosto ago augustus sierpień sierpnia sie srpen srpna ağustos ağu августа август авг "
    "augusti серпня серпень augusztus augusta augusts augustā rugpjūčio agost elokuuta elokuu αυγούστου αυγ avgusta "
    "avgust kolovoza agustus أغسطس اغسطس آب अगस्त สิงหาคม ส.ค 八月 אוגוסט اوت اگست اګست أوت غشت আগস্ট আগষ্ট ஆகஸ்ட் "
    "ఆగస్టు ഓഗസ്റ്റ് ऑगस्ट अगस्ट ઑગસ્ટ ઓગસ્ટ ਅਗਸਤ ಆಗಸ್ಟ್ අගෝස්තු ଅଗଷ୍ଟ აგვისტო օգոստոսի օգոստոս жніўня жнівень тамыз "
    "avqust awwissu abuztua abuztuaren ágúst awst lúnasa ogos សីហា ສິງຫາ ဩဂုတ် ኦገስት rugpjūtis gusht agosti αύγουστος",
    "september sep sept septembre septiembre setiembre settembre set setembro wrzesień września wrz září eylül eyl "
    "сентября сентябрь сен сент septembrie вересня вересень септември szeptember septembra septembris septembrī "
    "rugsėjo setembre syyskuuta syyskuu σεπτεμβρίου σεπ rujna سبتمبر أيلول सितंबर सितम्बर กันยายน ก.ย 九月 ספטמבר "
    "سپتامبر ستمبر سپتمبر شتنبر সেপ্টেম্বর ছেপ্তেম্বৰ செப்டம்பர் సెప్టెంబర్ സെപ്റ്റംബർ सप्टेंबर सेप्टेम्बर સપ્ટેમ્બર "
    "ਸਤੰਬਰ ಸೆಪ್ಟೆಂಬರ್ සැප්තැම්බර් ସେପ୍ଟେମ୍ବର სექტემბერი სექ սեպտեմբերի սեպտեմբեր септембар септембра верасня "
    "верасень қыркүйек sentyabr sentabr settembru iraila irailaren septembar setyembre កញ្ញា ກັນຍາ စက်တင်ဘာ ሴፕቴምበር "
    "rujan rugsėjis shtator septemba szept σεπτέμβριος",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października paź říjen října ekim "
    "eki октября октябрь окт octombrie жовтня жовтень октомври október októbra oktoober oktobris oktobrī spalio "
    "lokakuuta lokakuu οκτωβρίου οκτ oktobra أكتوبر اكتوبر अक्टूबर अक्तूबर ตุลาคม ต.ค 十月 אוקטובר اکتبر اکتوبر "
    "অক্টোবর অক্টোবৰ அக்டோபர் అక్టోబర్ ഒക്‌ടോബർ ഒക്ടോബർ ऑक्टोबर अक्टोबर ઑક્ટોબર ઓક્ટોબર ਅਕਤੂਬਰ ಅಕ್ಟೋಬರ್ ඔක්තෝබර් "
    "ଅକ୍ଟୋବର ოქტომბერი ოქტ հոկտեմբերի հոկտեմբեր октобар октобра кастрычніка кастрычнік қазан oktyabr oktabr ottubru "
    "urria urriaren oktobar oktubre hydref តុលា ຕຸລາ အောက်တိုဘာ ኦክቶበር spalis tetor oktoba οκτώβριος",
    "november nov novembre noviembre novembro listopad listopada lis listopadu kasım kas ноября ноябрь ноя нояб "
    "noiembrie листопада листопад ноември novembra novembris novembrī lapkričio marraskuuta marraskuu νοεμβρίου νοε "
    "studenoga studenog نوفمبر नवंबर नवम्बर พฤศจิกายน พ.ย 十一月 נובמבר نوامبر نومبر نونبر নভেম্বর নৱেম্বৰ நவம்பர் "
    "నవంబర్ നവംബർ नोव्हेंबर नोभेम्बर નવેમ્બર ਨਵੰਬਰ ನವೆಂಬರ್ නොවැම්බර් ନଭେମ୍ବର ნოემბერი նոյեմբերի նոյեմբեր новембар "
    "новембра лістапада лістапад қараша noyabr novembru azaroa azaroaren nóvember novembar nobyembre tachwedd "
    "samhain វិច្ឆិកា ພະຈິກ နိုဝင်ဘာ ኖቬምበር studeni lapkritis nëntor novemba νοέμβριος",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro desember desembro des grudzień "
    "grudnia gru prosinec prosince aralık ara декабря декабрь дек decembrie грудня грудень декември decembra "
    "detsember decembris decembrī gruodžio desembre joulukuuta joulukuu δεκεμβρίου δεκ prosinca ديسمبر दिसंबर "
    "दिसम्बर ธันวาคม ธ.ค 十二月 דצמבר دسامبر دسمبر دجنبر ডিসেম্বর ডিচেম্বৰ டிசம்பர் డిసెంబర్ ഡിസംബർ डिसेंबर डिसेम्बर "
    "ડિસેમ્બર ਦਸੰਬਰ ಡಿಸೆಂಬರ್ දෙසැම්බර් ଡିସେମ୍ବର დეკემბერი դեկտեմբերի դեկտեմբեր децембар децембра снежня снежань "
    "желтоқсан dekabr diċembru abendua abenduaren decembro decembar disyembre rhagfyr nollaig ធ្នូ ທັນວາ ဒီဇင်ဘာ "
    "ዲሴምበር prosinac gruodis dhjetor disember desemba δεκέμβριος",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_IN = {
    "hr": "sij velj ožu tra svi lip srp kol ruj lis stu pro",
    "cs": "led úno bře dub kvě čvn čvc srp zář říj lis pro",
    "lt": "saus vas kov bal geg birž liep rugp rugs spal lapkr gruod",
    "uk": "січ лют бер квіт трав черв лип серп вер жовт лист груд",
    "be": "сту лют сак кра мая чэр ліп жні вер кас ліс сне",
    "sq": "jan shk mar pri maj qer korr gush sht tet nën dhj",
    "eu": "urt ots mar api mai eka uzt abu ira urr aza abe",
    "ms": "jan feb mac apr mei jun jul ogo sep okt nov dis",
    "af": "jan feb mrt apr mei jun julie aug sep okt nov des",
    "cy": "ion chwef maw ebr mai meh gorff awst medi hyd tach rhag",
}
_ELSEWHERE = {
    **{(language, name): at for language, names in _IN.items() for at, name in enumerate(names.split(), start=1)},
    ("hr", "listopada"): 10, ("bs", "listopada"): 10,
}  # fmt: skip
"""Where one language's name is another's for a different month, or no month's in most."""
_HEBREW_IN = "ב"


def month(word: str, language: str = "") -> int:
    """1 to 12; 0: the word names no month. ``language`` (BCP 47) settles what two languages share."""
    name = word.lower().rstrip(".")
    found = _ELSEWHERE.get((language[:2].lower(), name)) or _MONTHS.get(name, 0)
    return found or (_MONTHS.get(name[1:], 0) if name.startswith(_HEBREW_IN) else 0)
