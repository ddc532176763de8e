"""The unit names we read, as data: what is written → what it means.

A line is ``pint expression : names``. An expression that starts with ``#`` is a unit of its own
(heads of cattle, CFU, mesh): pint does not know it and it compares only with itself.
``#coal*1000`` is a thousand of the own unit ``coal``.
"""

from __future__ import annotations

_TABLE = """
percent : % 百分点 个百分点 个点 percent pct
percent : vol% wt% mol% %FS %F.S. %RH %(w/w) %(v/v) %(wt) %(m/m)
permille : ‰
ppm : ppm ppmv ppmw ppma
ppm/1000 : ppb ppbw ppbv ppba
1 : 倍
#time : 次 回 times 轮次 个循环 循环 cycles
tonne : 吨 公吨 t tonne tonnes ton tons
kg : kg KG Kg ㎏ 公斤 千克
kg/2 : 斤 市斤
g : g 克 gram grams
100*g : 100g 100克 百克
100*mL : 100mL 100ml 百毫升
mg : mg 毫克 ㎎
ug : μg µg ug 微克
ng : ng 纳克
km : km 公里 千米 ㎞
m : m 米 公尺 meter meters metre metres
dm : dm 分米
cm : cm 厘米 公分 ㎝
mm : mm 毫米 ㎜
um : μm µm um 微米 ㎛
nm : nm 纳米 ㎚
angstrom : Å 埃
inch : 英寸 inch inches
foot : 英尺 ft
km**2 : km² km2 km^2 平方公里 平方千米
m**2 : m² m2 m^2 ㎡ 平方米 平米 平
cm**2 : cm² cm2 cm^2 平方厘米
mm**2 : mm² mm2 mm^2 平方毫米
hectare : hm² hm2 hm^2 公顷 ha hectare hectares
mu : 亩 市亩 mu
m**3 : m³ m3 m^3 立方米 立方 方 立米
dm**3 : dm³ dm3 dm^3
cm**3 : cm³ cm3 cm^3 立方厘米
#normal_m3 : Nm³ Nm3 Nm^3 标方 标立方米 标准立方米 标立
liter : L l 升 公升 liter liters litre litres
milliliter : mL ml 毫升
microliter : μL µL uL μl 微升
second : s 秒 秒钟 sec second seconds
millisecond : ms 毫秒
microsecond : μs µs us 微秒
nanosecond : ns 纳秒
minute : min 分钟 minute minutes
hour : h 小时 个小时 hr hrs hour hours 钟头
24*hour : 24h
day : d 天 日 days day 昼夜
#workday : 个工作日 工作日
week : 周 星期 个星期 weeks week
month : 月 个月 months month
year : 年 年度 years year yr a
#month_age : 月龄
#day_age : 日龄 天龄
#season : 季 茬 个生长季
degC : ℃ °C 摄氏度 degC
degF : ℉ °F 华氏度
kelvin : K
#degree : 度
degree : ° 角度
arcminute : 弧分 角分
arcsecond : 弧秒 角秒
#mgoe : MGOe
W : W 瓦 w
mW : mW 毫瓦
uW : μW uW 微瓦
kW : kW KW kw 千瓦
MW : MW 兆瓦
GW : GW 吉瓦
kWh : kWh KWh kwh KWH kW·h kW.h 度电 千瓦时 千瓦·时 千瓦小时
MWh : MWh 兆瓦时
GWh : GWh
Wh : Wh 瓦时
horsepower : 马力
J : J 焦耳
kJ : kJ 千焦
MJ : MJ 兆焦
GJ : GJ 吉焦
kcal : kcal 大卡 千卡
#coal*1000 : 吨标煤 吨标准煤 tce
#coal : kgce 千克标煤 公斤标煤 千克标准煤 公斤标准煤
Pa : Pa 帕
kPa : kPa KPa 千帕
MPa : MPa Mpa 兆帕
GPa : GPa 吉帕
bar : bar
mbar : mbar
atm : 大气压 个大气压 atm
mmHg : mmHg 毫米汞柱
mm_H2O : 毫米水柱 mmH2O mmH₂O
mm_H2O*10 : 厘米水柱 cmH2O cmH₂O
mm_H2O*1000 : 米水柱 mH2O
kgf : 公斤力 kgf
N : N 牛顿
kN : kN 千牛
V : V 伏 伏特 VDC VAC Vpp
kV : kV KV 千伏
mV : mV 毫伏 mVpp
A : A 安 安培
mA : mA 毫安
uA : μA uA 微安
nA : nA 纳安
mA*hour : mAh 毫安时
A*hour : Ah 安时
ohm : Ω 欧姆
kohm : kΩ
uohm : μΩ µΩ 微欧
mohm : mΩ 毫欧
#decade : 个数量级 数量级 个对数 lg
Mohm : MΩ
F : 法拉
S : S 西门子
mS : mS
uS : μS µS uS
Hz : Hz HZ 赫兹
kHz : kHz KHz 千赫
MHz : MHz 兆赫
GHz : GHz Ghz
THz : THz
T : 特斯拉
mol : mol 摩尔
mmol : mmol 毫摩尔
umol : μmol µmol umol
mPa*s : mPa·s mPa.s cP
bit : bit bits
kilobit : kbit kb
megabit : Mb Mbit 兆比特
gigabit/second : Gbps
megabit/second : Mbps
kilobit/second : kbps
kilobyte : KB
megabyte : MB
gigabyte : GB
terabyte : TB
petabyte : PB
lux : lx lux
lumen : lm
#decibel : dB dB(A) 分贝
#mesh : 目
#brix : °Bx °Brix
#ntu : NTU
#thorner : °T
#cfu : CFU cfu
#spore : 孢子
#iu : IU iu 国际单位
#u : U 活性单位 酶活单位
#eid : EID50 TCID50
#da : Da
#da*1000 : kDa
#bp : bp
#bp*1000 : kb碱基
#hounsfield : HRC HB HV
turn/minute : rpm r/min 转/分 转/分钟 转每分 转每分钟
turn : 转 圈 rev
#frame/second : fps FPS
#token : token tokens
#request : requests
#part : parts
#test : tests test
#reaction : reaction reactions
#frame : 帧 frame frames
#flops : FLOPS TFLOPS PFLOPS
#tops : TOPS
#pixel : 像素 px
#pixel*1000000 : MP
#dpi : dpi
#qps/second : QPS TPS
yuan : 元 块 块钱 元钱 圆 人民币 RMB CNY yuan
yuan/10 : 角钱 毛钱
yuan/100 : 分钱
#usd : 美元 美金 USD dollars
#eur : 欧元 EUR euros
#head : 头 head
#bird : 羽
#animal : 只
#horse : 匹
#plant : 株 棵 plants
#grain : 粒
#portion : 份
#dose : 头份 羽份 剂 支 doses
#piece : 个 件 枚 pieces pcs
#set : 台 套 台套 台(套) 辆 sets unit units
#line : 条 line lines
#item : 项 items
#kind : 种 类
#person : 人 名 位 persons people 人次
#household : 户
#firm : 家
#batch : 批 批次 炉 釜 batches batch
#bottle : 瓶 bottles bottle
#bag : 袋 包 bags bag
#box : 盒 箱 boxes box
#record : records
#tablet : 片
#can : 罐 桶
#layer : 层
#group : 组 对
#sample : 样 样本 个样 个样本 样品 个样品 samples
#tunnel : 路 通道
#stage : 级
#cell : 细胞 cells
#gene : 基因
#point : 分
#copy : 拷贝 copies
#eu : EU
#case : 例 cases patients
#plate : 板 块板
#sentence : 条记录 篇 字 词
#concurrent : 并发
#core : 核
"""

_COUNTS = (
    "time piece set line item kind person household firm batch bottle bag box layer group "
    "tunnel stage point sentence plate gene core grain concurrent"
).split()


def _read(table: str) -> dict[str, str]:
    pairs = (line.split(" : ", 1) for line in table.strip().splitlines())
    return {name: meaning for meaning, names in pairs for name in names.split()}


#: name as written -> pint expression or ``#own`` unit
ATOMS: dict[str, str] = _read(_TABLE)

#: Own units too common to say which thing is meant ("3 个" of what?).
COUNT_UNITS = frozenset("#" + name for name in _COUNTS)

#: Continuations that make the name part of another word ("5 方面" is no volume).
GUARDS: dict[str, str] = {
    "方": "面案法式向便程",
    "分": "子析布别辨级层类离为散",
    "天": "然气",
    "点": "位胶",
    "度": "假",
    "级": "别",
    "家": "庭禽畜",
    "人": "工才机员体",
    "种": "植子公薯猪质群",
    "类": "型似",
    "组": "分件成织",
    "层": "析次",
    "转": "化移让录基",
    "平": "均台衡",
    "安": "全装",
    "条": "件",
    "批": "量",
    "项": "目",
    "回": "收用",
    "日": "处产均常",
    "月": "份",
    "次": "品",
    "份": "额",
    "株": "高",
    "台": "账",
    "包": "装",
    "路": "径线",
    "核": "心酸",
    "字": "节",
    "升": "级高至到温降",
    "块": "茎",
    "米": "粉糠",
    "克": "隆服",
    "元": "素件旦",
    "名": "称",
    "位": "置点",
    "对": "照比",
    "圈": "养",
    "粒": "径度",
    "样": "品机",
    "季": "度节",
    "年": "份轻",
    "周": "期边",
    "秒": "杀",
    "路口": "",
    "盒": "子",
    "板": "材",
    "片": "区面剂",
    "例": "如子外行会证假",
    "循环": "利使水泵系经",
}

#: Chinese scale words that may stand before a unit ("万吨", "亿元").
SCALES: dict[str, int] = {
    "万亿": 10**12,
    "千亿": 10**11,
    "百亿": 10**10,
    "十亿": 10**9,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "十万": 10**5,
    "万": 10**4,
    "千": 10**3,
    "百": 10**2,
    "million": 10**6,
    "billion": 10**9,
    "thousand": 10**3,
}
