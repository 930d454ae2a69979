"""The letters that tell old encodings apart: alphabets by frequency, and what is common in East Asian names."""

from collections.abc import Mapping

# The letters outside ASCII of each language, most frequent first, in lower case.
ALPHABETS: Mapping[str, str] = {
    "de": "üöäßé",
    "fr": "éèçêàëîïôâûœùüÿæ",
    "es": "áéñóíúüçº",
    "pt": "ãáçéóíêõúâôà",
    "it": "àòèùìé",
    "ca": "àéèóíòçúïü·",
    "nl": "ëéïöèüêó",
    "sv": "äöåé",
    "da": "øåæéö",
    "fi": "äöåšž",
    "is": "íáðóúþöéæý",
    "pl": "łóńąśężćź",
    "cs": "áíéřčžýěšůúťňďó",
    "sk": "áíčéžýúľšťôňäóďŕĺ",
    "hu": "áéóöőüíúű",
    "ro": "ăşţâîșț",
    "hr": "čćšžđ",
    "lt": "ėšžųįūąčę",
    "lv": "āīēšņūļžčģķ",
    "et": "äõöüšž",
    "tr": "ışüöçğâîû",
    "vi": "\u0301\u0323\u0300\u0309đôưêơâáàă\u0303éèíóùúý",
    "ru": "аоеинртсвлкмдпуяьгзйбчыхжшюцщэфъё",
    "uk": "аоинврітекслдмупяькзбгйчхїшжющєцфґ",
    "bg": "аоиетнрсвлкпдзмугбячъцжшщйхюфь",
    "sr": "аоиенртсвјкпдумлзгбчњшћжљцђхфџ",
    "el": "αοιςνρτηεσκλπμάίυγόδέθήωχύώφβξζψϊϋ",
    "he": "יוהלארתבםמשנעדחקפכגטןזצסץךף",
    "ar": "ايلمنردتوبعحةسفهكقجشصطخذىزءضئغثظأإآؤ",
    "fa": "اینرمدهیتسبشوىکزلهكيپچگژ",
    "th": "านรอกเงยลมวดทสตะปบคหแจพชขใไโผซธณศญษภถฉฟัี่้ิื็์ุูึำ",
}

WESTERN = ("de", "fr", "es", "pt", "it", "ca", "nl", "sv", "da", "fi", "is")
CENTRAL = ("pl", "cs", "sk", "hu", "ro", "hr", "de")
CYRILLIC = ("ru", "uk", "bg", "sr")
BALTIC = ("lt", "lv", "et")

# Candidates with the languages that are written in them, the likelier of two equals first: what Windows writes comes
# before ISO 8859 (whose 0x80-0x9F are control characters), and both before what DOS and old Macs wrote.
SINGLE_BYTE: Mapping[str, tuple[str, ...]] = {
    "cp1252": WESTERN,
    "cp1250": CENTRAL,
    "cp1251": CYRILLIC,
    "cp1253": ("el",),
    "cp1254": ("tr", "de", "fr"),
    "cp1255": ("he",),
    "cp1256": ("ar", "fa"),
    "cp1257": BALTIC,
    "cp1258": ("vi",),
    "cp874": ("th",),
    "iso8859-15": WESTERN,
    "iso8859-2": CENTRAL,
    "koi8-r": ("ru", "bg"),
    "koi8-u": ("uk", "ru"),
    "iso8859-5": CYRILLIC,
    "iso8859-6": ("ar",),
    "iso8859-7": ("el",),
    "iso8859-4": BALTIC,
    "iso8859-16": ("ro",),
    "mac-roman": WESTERN,
    "mac-latin2": CENTRAL,
    "mac-cyrillic": CYRILLIC,
    "mac-greek": ("el",),
    "mac-turkish": ("tr",),
    "cp850": WESTERN,
    "cp852": CENTRAL,
    "cp866": ("ru", "bg"),
    "cp857": ("tr",),
    "cp737": ("el",),
    "cp862": ("he",),
}

# Characters that stand in names, places and headings; they tell the East Asian encodings from each other.
_HAN_EVERYWHERE = (
    "王李林高田金石江夏方白孟秦史武孔何朱胡徐宋唐曹彭曾董袁杜程丁任沈姚姜崔汪范廖京上海南北中大小文明志平玉春美子一人"
)
COMMON_HAN: Mapping[str, str] = {
    "zh-Hans": _HAN_EVERYWHERE
    + "张刘陈杨黄赵吴周孙马郭罗郑梁谢许韩冯邓肖潘于蒋蔡余叶苏魏吕卢钟谭陆贾韦付邹熊邱尹薛闫段雷侯"
    "龙陶黎贺顾毛郝龚邵万钱严戴莫向汤"
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛超兰霞刚桂辉玲红建华国永梅凤云晓雪婷宇欣佳慧琳浩鑫轩涵雨"
    "天津重庆广州深圳成都杭武汉西安苏郑长沙阳青岛宁波东莞佛山合肥福厦门济连哈尔滨昆省市区县路街道号楼室镇村新"
    "姓名城性别年龄电话地址邮箱客户编男女公司有限日期备注会员等级是否的在不了",
    "zh-Hant": _HAN_EVERYWHERE
    + "張劉陳楊黃趙吳周孫馬郭羅鄭梁謝許韓馮鄧蕭潘于蔣蔡余葉蘇魏呂盧鐘譚陸賈韋付鄒熊邱尹薛詹賴游簡洪莊溫柯"
    "雅婷怡君家豪淑芬玲惠俊傑偉芳秀英敏靜麗強軍勇艷娟濤超蘭霞剛桂輝紅建華國永梅鳳雲曉雪宇欣佳慧琳浩軒涵雨宜冠廷承恩宗翰"
    "台臺新竹雄基隆嘉義彰化屏東花蓮桃園苗栗香港九龍界市縣區鄉鎮路街巷弄號樓室段"
    "姓名城性別年齡電話地址郵箱客戶編男女公司有限日期備註會員等級是否的在不了",
    "ja": "田中山本佐藤鈴木高橋伊渡辺村小林加吉斎清水井上松野口森池石川阿部前後岡長谷近遠"
    "坂青西東南北福三原竹内金子和大島今河宮崎酒工関横新安武丸増平杉菅久保千葉岩桜"
    "太郎一二三次花美恵裕優翔健誠直樹陽真由紀香奈愛明正義雄幸之介彦菜結京都府阪市県区町神戸名古"
    "屋札幌浜仙台広熊鹿児沖縄那覇静浦"
    "氏住所電話番号性別男女年齢会社株式顧客日備考員",
    "ko": "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구"
    "민진지현준수영미경은희선아울부산대인천광세종기도원충청북제시군동로길름소화번호별나회사객일"
    "자",
}
MULTI_BYTE: Mapping[str, str] = {
    "gb18030": "zh-Hans",
    "cp950": "zh-Hant",
    "cp932": "ja",
    "cp949": "ko",
    "euc_jp": "ja",
    "big5hkscs": "zh-Hant",
}
