"""The languages and voices that Twilio knows, as lists.

Taken from the type definitions of Twilio's own npm package, version 6.2.0: SayLanguage, GatherLanguage and
SayVoice. Google's voices are written as family, names and the languages that have them.
"""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAY_LANGUAGES: Final = _words(
    """
    af-ZA am-ET ar-AE ar-XA arb bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ cy-GB da-DK de-AT de-DE el-GR en-AU
    en-CA en-GB en-GB-WLS en-IE en-IN en-NZ en-US en-ZA es-ES es-MX es-US fi-FI fil-PH fr-CA fr-FR fr-BE
    gu-IN he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lv-LV ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL
    pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sr-RS sv-SE ta-IN te-IN th-TH tr-TR uk-UA vi-VN yue-HK zh-CN
    zh-HK zh-TW
    """
)
"""What `language` of <Say> may be."""

GATHER_LANGUAGES: Final = _words(
    """
    af-ZA am-ET ar-AE ar-BH ar-DZ ar-EG ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA ar-OM ar-PS ar-QA ar-SA ar-TN
    az-AZ bg-BG bn-BD bn-IN ca-ES cs-CZ da-DK de-DE el-GR en-AU en-CA en-GB en-GH en-IE en-IN en-KE en-NG
    en-NZ en-PH en-SG en-TZ en-US en-ZA es-AR es-BO es-CL es-CO es-CR es-DO es-EC es-ES es-GT es-HN es-MX
    es-NI es-PA es-PE es-PR es-PY es-SV es-US es-UY es-VE et-EE eu-ES fa-IR fi-FI fil-PH fr-CA fr-FR gl-ES
    gu-IN he-IL hi-IN hr-HR hu-HU hy-AM id-ID is-IS it-IT ja-JP jv-ID ka-GE km-KH kn-IN ko-KR lo-LA lt-LT
    lv-LV mk-MK ml-IN mn-MN mr-IN ms-MY my-MM nar-IQ nb-NO ne-NP nl-BE nl-NL pa-guru-IN pl-PL pt-BR pt-PT
    ro-RO ru-RU si-LK sk-SK sl-SI sq-AL sr-RS su-ID sv-SE sw-KE sw-TZ ta-IN ta-LK ta-MY ta-SG te-IN th-TH
    tr-TR uk-UA ur-IN ur-PK uz-UZ vi-VN yue-Hant-HK zh cmn-Hans-CN zh-TW cmn-Hant-TW zu-ZA
    """
)
"""What `language` of <Gather> may be."""

_OTHER_VOICES: Final = _words(
    """
    man woman alice Polly.Aditi Polly.Adriano-Neural Polly.Amy Polly.Amy-Generative Polly.Amy-Neural
    Polly.Andres-Generative Polly.Andres-Neural Polly.Aria-Neural Polly.Arlet-Neural Polly.Arthur-Neural
    Polly.Astrid Polly.Ayanda-Generative Polly.Ayanda-Neural Polly.Bianca Polly.Bianca-Generative
    Polly.Bianca-Neural Polly.Brian Polly.Brian-Neural Polly.Burcu-Neural Polly.Camila Polly.Camila-Neural
    Polly.Carla Polly.Carmen Polly.Celine Polly.Chantal Polly.Conchita Polly.Cristiano
    Polly.Daniel-Generative Polly.Daniel-Neural Polly.Danielle-Generative Polly.Danielle-Neural Polly.Dora
    Polly.Elin-Neural Polly.Emma Polly.Emma-Neural Polly.Enrique Polly.Ewa Polly.Filiz
    Polly.Gabrielle-Neural Polly.Geraint Polly.Giorgio Polly.Gregory-Neural Polly.Gwyneth Polly.Hala-Neural
    Polly.Hannah-Neural Polly.Hans Polly.Hiujin-Neural Polly.Ida-Neural Polly.Ines Polly.Ines-Neural
    Polly.Isabelle-Neural Polly.Ivy Polly.Ivy-Neural Polly.Jacek Polly.Jan Polly.Joanna
    Polly.Joanna-Generative Polly.Joanna-Neural Polly.Joey Polly.Joey-Neural Polly.Justin
    Polly.Justin-Neural Polly.Kajal-Generative Polly.Kajal-Neural Polly.Karl Polly.Kazuha-Neural
    Polly.Kendra Polly.Kendra-Neural Polly.Kevin Polly.Kevin-Neural Polly.Kimberly Polly.Kimberly-Neural
    Polly.Laura-Neural Polly.Lea Polly.Lea-Generative Polly.Lea-Neural Polly.Liam-Neural Polly.Lisa-Neural
    Polly.Liv Polly.Lotte Polly.Lucia Polly.Lucia-Generative Polly.Lucia-Neural Polly.Lupe
    Polly.Lupe-Generative Polly.Lupe-Neural Polly.Mads Polly.Maja Polly.Marlene Polly.Mathieu Polly.Matthew
    Polly.Matthew-Generative Polly.Matthew-Neural Polly.Maxim Polly.Mia Polly.Mia-Neural Polly.Miguel
    Polly.Mizuki Polly.Mía-Generative Polly.Naja Polly.Niamh-Neural Polly.Nicole Polly.Ola-Neural
    Polly.Olivia-Generative Polly.Olivia-Neural Polly.Pedro-Generative Polly.Pedro-Neural Polly.Penelope
    Polly.Raveena Polly.Remi-Neural Polly.Ricardo Polly.Ruben Polly.Russell Polly.Ruth-Generative
    Polly.Ruth-Neural Polly.Rémi-Generative Polly.Salli Polly.Salli-Neural Polly.Seoyeon
    Polly.Seoyeon-Neural Polly.Sergio-Generative Polly.Sergio-Neural Polly.Sofie-Neural
    Polly.Stephen-Generative Polly.Stephen-Neural Polly.Suvi-Neural Polly.Takumi Polly.Takumi-Neural
    Polly.Tatyana Polly.Thiago-Neural Polly.Tomoko-Neural Polly.Vicki Polly.Vicki-Generative
    Polly.Vicki-Neural Polly.Vitoria Polly.Vitoria-Neural Polly.Zayd-Neural Polly.Zeina Polly.Zhiyu
    Polly.Zhiyu-Neural
    """
)
"""Twilio's own and Amazon's voices."""

_GOOGLE_VOICES: Final = (
    (
        "Chirp3-HD",
        "Aoede Charon Fenrir Kore Leda Orus Puck Zephyr",
        "ar-XA bn-IN cmn-CN de-DE en-AU en-GB en-IN en-US es-ES es-US fr-CA fr-FR gu-IN hi-IN id-ID "
        "it-IT ja-JP kn-IN ko-KR ml-IN mr-IN nl-NL pl-PL pt-BR ru-RU ta-IN te-IN th-TH tr-TR vi-VN",
    ),
    ("Neural2", "A B C", "es-US ko-KR pt-BR"),
    ("Neural2", "A B C D", "en-AU en-IN fr-CA hi-IN"),
    ("Neural2", "A B C D E F G", "fr-FR"),
    ("Neural2", "A B C D E F G H", "es-ES"),
    ("Neural2", "A B C D F G H", "de-DE"),
    ("Neural2", "A B C D F N O", "en-GB"),
    ("Neural2", "A C D E F G H I J", "en-US"),
    ("Neural2", "A C F", "it-IT"),
    ("Neural2", "A D", "fil-ph vi-VN"),
    ("Neural2", "B C D", "ja-JP"),
    ("Neural2", "C", "th-TH"),
    ("Neural2", "D F", "da-DK"),
    ("Standard", "A", "af-ZA sr-RS th-TH uk-UA"),
    (
        "Standard",
        "A B",
        "am-ET bg-BG ca-ES cs-CZ el-GR eu-ES fi-FI gl-ES hu-HU is-IS lt-LT lv-LV ro-RO sk-SK",
    ),
    ("Standard", "A B C", "cmn-TW es-US mr-IN"),
    (
        "Standard",
        "A B C D",
        "ar-XA bn-IN cmn-CN en-AU fil-PH fr-CA gu-IN he-IL id-ID ja-JP kn-IN ko-KR ml-IN ms-MY "
        "nl-BE pa-IN ta-IN te-IN vi-VN yue-HK",
    ),
    ("Standard", "A B C D E", "pt-BR ru-RU tr-TR"),
    ("Standard", "A B C D E F", "en-IN hi-IN it-IT pt-PT"),
    ("Standard", "A B C D E F G", "fr-FR nb-NO nl-NL pl-PL sv-SE"),
    ("Standard", "A B C D E F G H", "de-DE es-ES"),
    ("Standard", "A B C D E F G H I J", "en-US"),
    ("Standard", "A B C D F N O", "en-GB"),
    ("Standard", "A C D E F G", "da-DK"),
    ("Wavenet", "A", "hu-HU uk-UA"),
    ("Wavenet", "A B", "am-ET cs-CZ el-GR fi-FI ro-RO sk-SK"),
    ("Wavenet", "A B C", "cmn-TW es-US mr-IN"),
    (
        "Wavenet",
        "A B C D",
        "ar-XA bn-IN cmn-CN en-AU fil-PH fr-CA gu-IN he-IL id-ID ja-JP kn-IN ko-KR ml-IN ms-MY nl-BE pa-IN ta-IN vi-VN",
    ),
    ("Wavenet", "A B C D E", "pt-BR ru-RU tr-TR"),
    ("Wavenet", "A B C D E F", "en-IN hi-IN it-IT pt-PT"),
    ("Wavenet", "A B C D E F G", "fr-FR nb-NO nl-NL pl-PL sv-SE"),
    ("Wavenet", "A B C D E F G H", "de-DE"),
    ("Wavenet", "A B C D E F G H I J", "en-US"),
    ("Wavenet", "A B C D F N O", "en-GB"),
    ("Wavenet", "A C D E F G", "da-DK"),
    ("Wavenet", "B C D E F G H", "es-ES"),
)

SAY_VOICES: Final = _OTHER_VOICES | {
    f"Google.{language}-{family}-{name}"
    for family, names, languages in _GOOGLE_VOICES
    for name in names.split()
    for language in languages.split()
}
"""What `voice` of <Say> may be."""
