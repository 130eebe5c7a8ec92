"""The names that tell what a URL is for, and those of parameters that tell nothing."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LISTS = _words("""
    tag tags tagi keyword keywords schlagwort schlagworte stichwort etiqueta etiquetas
    category categories kategorie kategorien categoria categorias categorie rubrik cat
    search suche suchen recherche buscar login logout signin sign-in signup sign-up register registration anmelden
    account konto my-account cart checkout warenkorb basket wp-admin wp-login.php wp-json wp-content
    rss calendar kalender cdn-cgi oauth sso passport
""")
"""Path segments that only lists of articles, services and files come after."""

TOPICS = _words("topic topics topico topicos thema themen theme themes tema temas sujet sujets feed feeds")
"""Segments whose next is a topic; what comes after that may be an article."""

PEOPLE = _words("""
    author authors autor autoren autores autori auteur auteurs autore by byline contributor contributors staff
    journalist journalists journalisten columnist columnists member members profile profiles user users people person
""")
"""Segments whose next is a person; what comes after that may be an article."""

INDEXES = _words("""
    news nachrichten aktuelles blog blogs articles article stories topics themen thema sections archive archives archiv
    archivo live latest
""")
"""Last segments of lists of articles."""

SERVICES = _words("""
    about about-us aboutus contact contact-us kontakt impressum imprint privacy privacy-policy datenschutz
    datenschutzerklaerung terms terms-of-service terms-of-use terms-and-conditions agb cookies cookie-policy
    newsletter newsletters subscribe subscription abo abos advertise advertising mediadaten jobs careers karriere
    help faq sitemap videos video photos gallery podcasts podcast print share email comments kommentare
    donate shop store weather wetter horoscope horoskop games events press presse team accessibility editorial-policy
    guanyu sitemaps privacy-notice cookie-settings cookie-preferences legal-notice legal support feedback
    corrections ethics-policy press-releases your-privacy-choices do-not-sell
""")
"""Last segments of pages that neither are articles nor list them."""

LEGAL = ("privacy-", "terms-of-", "terms-and-", "cookie-", "datenschutz", "login", "tag_")
"""Beginnings of such last segments."""

SLOTS = _words("""
    article articles artikel story stories doc post posts p a c s n d view detail details newsdetail item id dy pulse
    content archives archive journal news_detail read entry status note press-release release
""")
"""Segments whose next, be it a short name or a number, is an article's."""

TRACKING = _words("""
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid li_fat_id igshid igsh srsltid mc_cid mc_eid
    mkt_tok _ga _gl _hsenc _hsmi __hstc __hssc __hsfp hsctatracking vero_id vero_conv oly_enc_id oly_anon_id _openstat
    ck_subscriber_id wickedid rb_clickid s_cid ref_src ref_url guccounter guce_referrer guce_referrer_sig
    cmpid icid smid smtyp ito wt_mc wt_zmc xtor maca ns_mchannel ns_source ns_campaign ns_linkname ns_fee at_medium
    at_campaign at_link_id at_link_type at_link_origin at_format at_ptr_name at_bbc_team sr_share sh_kit
    spm scm isappinstalled nsukey share_token share_from sharefrom share_medium share_source wxshare_count wfr
    phpsessid jsessionid sessionid session_id cfid cftoken
""")
"""Parameters that never select content: advertisers', newsletters', news sites' and messengers' own, sessions."""

TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "at_custom", "aspsessionid")

_SHARED = _words("singlemessage groupmessage timeline wap app rss feed weixin wechat weibo qq qzone share")
_AMP = _words("amp")
TRACKING_VALUES = {
    "from": _SHARED,
    "source": _SHARED,
    "src": _SHARED,
    "ref": _SHARED | _words("twitter facebook homepage hp nav share_button"),
    "cmp": _words("rss"),
    "partner": _words("rss"),
    "emc": _words("rss"),
    "amp": _AMP | {"", "1", "true"},
    "outputtype": _AMP,
    "output": _AMP,
}
"""Parameters that select content on some sites: the values with which they surely don't."""
