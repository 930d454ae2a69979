"""The words of Audience Manager in English and in simplified Chinese, as Adobe's own pages write them.

One list for everybody: the help's glossary shows it, and the house tests hold the translations to it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Term:
    """One thing, with its one word in each language.

    `wrong` are Chinese words that are seen for it (machine translation mostly) and mean something else. `always`: the
    English word has no other meaning in this portal, so the Chinese one stands wherever it does.
    """

    english: str
    chinese: str
    wrong: tuple[str, ...] = ()
    always: bool = False


TERMS: Final[tuple[Term, ...]] = (
    Term("trait", "特征", ("特性", "特质"), always=True),
    Term("onboarded trait", "已载入的特征", ("集客", "入职"), always=True),
    Term("trait rule", "特征规则", always=True),
    Term("signal", "信号"),
    Term("segment", "区段", ("细分",)),
    Term("audience", "受众", ("观众", "听众")),
    Term("data source", "数据源", ("数据来源", "资料源"), always=True),
    Term("destination", "目标", ("目的地",), always=True),
    Term("ID sync", "ID 同步"),
    Term("overwrite", "覆盖", ("复写",)),
    Term("key-value pair", "键值对", ("密钥值对",)),
    Term("comparison operator", "比较运算符", ("操作员",)),
    Term("integration code", "集成代码", always=True),
    Term("customer ID", "客户 ID", ("顾客 ID",), always=True),
    Term("device ID", "设备 ID", always=True),
    Term("hashed e-mail address", "经过哈希处理的电子邮件地址", ("散列电子邮件", "杂凑"), always=True),
    Term("timestamp", "时间戳"),
    Term("split number", "拆分编号", ("分解编号",)),
    Term("tab", "制表符", ("选项卡",)),
    Term("format errors", "格式错误"),
    Term("stored records", "存储的记录"),
    Term("bucket", "存储桶", always=True),
    Term("personal data", "个人数据", always=True),
)
