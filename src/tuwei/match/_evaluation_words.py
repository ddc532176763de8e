"""What each measure says, in the two languages, with its source: for the page and for nobody to look up."""

from __future__ import annotations

LEVEL_NAMES = (("无相关", "none"), ("弱相关", "weak"), ("较强相关", "fair"), ("强相关", "strong"))
EVENTS = {
    "weak": ("弱相关或更好", "weak or better"),
    "fair": ("较强相关或更好", "fair or better"),
    "strong": ("强相关", "strong"),
    "top": ("最可能的等级", "the likeliest level"),
}
MEASURES = (
    (
        "nDCG@k",
        "前 k 名的增益 2^等级 − 1 按 log2(名次 + 1) 折扣后相加，除以最好次序的和；1 为最好（Järvelin、Kekäläinen 2002，增益从 Burges 等 2005）。",
        "Gains 2^grade − 1 of the first k, discounted by log2(rank + 1), over the sum of the best order; 1 is best (Järvelin and Kekäläinen 2002; gain of Burges et al. 2005).",
    ),
    (
        "MRR",
        "第一个相关成果的名次的倒数，各需求平均（Voorhees 1999）。",
        "One over the rank of the first relevant achievement, averaged (Voorhees 1999).",
    ),
    (
        "Recall@k · P@k",
        "相关成果有多少在前 k 名里；前 k 名里有多少相关。",
        "The share of relevant achievements among the first k; the share of the first k that are relevant.",
    ),
    (
        "judged@k",
        "前 k 名里有多少评过。没有评过的按不相关计，除非只看评过的（Sakai 2007）。",
        "The share of the first k that was judged. The unjudged count as not relevant, unless judged ones alone are looked at (Sakai 2007).",
    ),
    (
        "MAE · score",
        "结果的等级与专家的等级平均相差几级；score = 1/(1 + MAE)。",
        "By how many levels run and experts differ on average; score = 1/(1 + MAE).",
    ),
    (
        "accuracy · kappa",
        "等级完全一致的份额；按平方加权、扣除偶然一致之后的一致性，1 为全同，0 为偶然（Cohen 1968）。",
        "The share of exactly equal levels; agreement beyond chance with quadratic weights, 1 whole, 0 chance (Cohen 1968).",
    ),
    (
        "ECE",
        "概率与实际频率之差，十段按数量加权平均（Naeini 等 2015、Guo 等 2017）。“偶然”是完全准确的概率在同样多的对上二十次里有十九次不超过的值（仿 Bröcker、Smith 2007）。",
        "The distance of probability and frequency, averaged over ten bins by count (Naeini et al. 2015; Guo et al. 2017). “Chance” is what exactly right probabilities stay under in 19 of 20 samples of this size (after Bröcker and Smith 2007).",
    ),
    (
        "Brier",
        "概率与结果之差的平方，三个界平均，即有序概率得分的三分之一（Brier 1950、Epstein 1969）；0 为最好。",
        "The squared difference of probability and outcome, mean of the three thresholds: a third of the ranked probability score (Brier 1950; Epstein 1969); 0 is best.",
    ),
    (
        "[ , ]",
        "95 % 区间：有放回地重抽需求（Efron、Tibshirani 1993）。只说需求这一面的不确定，不含评分本身的误差。",
        "95 % interval from drawing needs again with replacement (Efron and Tibshirani 1993). It knows the uncertainty of the needs, not that of the judgements.",
    ),
    (
        "p",
        "若两次结果其实一样好，差距至少如此大的机会：先是配对自助法（移到零点），后是逐需求随机交换（Smucker 等 2007）。同时看许多项时，总有一项会小。",
        "The chance of at least such a difference if both runs were equally good: paired bootstrap (shifted), then random exchange need by need (Smucker et al. 2007). Of many measures looked at together, one will be small.",
    ),
)
