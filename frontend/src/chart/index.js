/**
 * `<zg-chart>`: the ECharts option in its `<script type="application/json">`, drawn as SVG in the colours of the page;
 * again when the theme or the room changes, and for paper, where it is always light. JSON has no functions, so `"format"` names how values are written:
 * money (minor units), percent (a share of one) or count.
 */
import { BarChart, FunnelChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import {
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart,
  FunnelChart,
  HeatmapChart,
  LineChart,
  PieChart,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
  SVGRenderer,
]);

const number = (digits) => new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const locale = document.documentElement.lang.startsWith("en") ? "en-US" : "zh-CN";
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const FORMATS = {
  money: { long: (v) => `¥${number(2).format(v / 100)}`, short: (v) => `¥${compact.format(v / 100)}` },
  percent: { long: (v) => `${number(1).format(v * 100)}%`, short: (v) => `${Math.round(v * 100)}%` },
  count: { long: (v) => number(0).format(v), short: (v) => compact.format(v) },
};

function colours(element, scheme) {
  // A computed colour, because light-dark() means nothing to a drawing library.
  const probe = element.appendChild(document.createElement("i"));
  probe.style.colorScheme = scheme;
  // Where less motion is asked for every change of colour still takes an instant, and the colour read is the one before.
  probe.style.setProperty("transition", "none", "important");
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const found = Object.fromEntries(["ink", "muted", "faint", "line", "raised", "brand", "good", "warn", "info", "sunken"].map((n) => [n, read(n)]));
  probe.remove();
  return found;
}

function theme(c, font) {
  const axis = {
    axisLine: { lineStyle: { color: c.line } },
    axisTick: { show: false },
    axisLabel: { color: c.muted, fontSize: 12 },
    splitLine: { lineStyle: { color: c.line } },
    nameTextStyle: { color: c.muted },
  };
  return {
    color: [c.brand, c.info, c.good, c.warn, c.faint],
    textStyle: { fontFamily: font },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: { ...axis, axisLine: { show: false } },
    timeAxis: { ...axis, splitLine: { show: false } },
    legend: { textStyle: { color: c.muted }, icon: "roundRect", itemWidth: 12, itemHeight: 4, itemGap: 20 },
    line: { symbolSize: 6, showSymbol: false, lineStyle: { width: 2 } },
    bar: { itemStyle: { borderRadius: [3, 3, 0, 0] }, barMaxWidth: 36, label: { color: c.muted } },
    pie: { label: { color: c.ink }, itemStyle: { borderColor: c.raised, borderWidth: 2 } },
    funnel: { label: { color: c.ink }, itemStyle: { borderColor: c.raised } },
    visualMap: { textStyle: { color: c.muted }, inRange: { color: [c.sunken, c.brand] } },
    tooltip: {
      backgroundColor: c.raised,
      borderColor: c.line,
      textStyle: { color: c.ink, fontSize: 13 },
      axisPointer: { lineStyle: { color: c.faint }, crossStyle: { color: c.faint }, shadowStyle: { color: c.faint, opacity: 0.12 } },
      extraCssText: "border-radius:8px;box-shadow:var(--shadow-mid);white-space:normal;max-width:20rem",
    },
  };
}

/** Names that must all be there stand aslant where they would run into each other. */
function roomFor(axis, width) {
  const { interval, width: wish } = axis.axisLabel ?? {};
  if (interval === 0 && (width - 80) / axis.data.length < wish)
    axis.axisLabel = { ...axis.axisLabel, rotate: 32, width: wish + 24, overflow: "truncate" };
}

function withFormats(given, width, paper) {
  const option = structuredClone(given);
  const formatted = (axis) => {
    const format = FORMATS[axis.format ?? option.format];
    if (format && (axis.type ?? "value") === "value") axis.axisLabel = { ...axis.axisLabel, formatter: format.short };
    return axis;
  };
  for (const name of ["xAxis", "yAxis"])
    if (option[name]) option[name] = Array.isArray(option[name]) ? option[name].map(formatted) : formatted(option[name]);
  const main = FORMATS[option.format];
  option.tooltip = { confine: true, trigger: "axis", valueFormatter: main?.long, ...option.tooltip };
  if (option.legend) option.legend = { top: 0, left: 0, ...option.legend };
  option.grid ??= { left: 8, right: 16, top: option.legend ? 40 : 16, bottom: 8, containLabel: true };
  if (option.xAxis?.data) roomFor(option.xAxis, width);
  option.animation = !paper;
  option.animationDuration = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300;
  for (const series of option.series ?? []) {
    const own = FORMATS[series.format];
    if (own) series.tooltip = { valueFormatter: own.long, ...series.tooltip };
  }
  return option;
}

const REDRAWN = ["zg:theme", "beforeprint", "afterprint"];
const SHEET = 700; // pixels of an A4 sheet between its margins

class Chart extends HTMLElement {
  connectedCallback() {
    this.option = JSON.parse(this.querySelector("script").textContent);
    this.draw = this.draw.bind(this);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.scheme.addEventListener("change", this.draw);
    for (const name of REDRAWN) addEventListener(name, this.draw);
    this.room = new ResizeObserver(() => this.chart?.resize());
    this.room.observe(this);
    this.draw();
  }

  disconnectedCallback() {
    this.scheme.removeEventListener("change", this.draw);
    for (const name of REDRAWN) removeEventListener(name, this.draw);
    this.room.disconnect();
    this.chart?.dispose();
  }

  draw({ type } = {}) {
    const paper = type === "beforeprint";
    const width = paper ? this.onPaper() : this.clientWidth;
    const look = theme(colours(this, paper ? "light" : ""), getComputedStyle(this).fontFamily);
    this.chart?.dispose();
    this.chart = echarts.init(this, look, { renderer: "svg", ...(paper && { width }) });
    this.chart.setOption(withFormats(this.option, width, paper));
    // Whatever the sheet has for it in the end, it fits.
    if (paper) this.querySelector("svg").setAttribute("viewBox", `0 0 ${width} ${this.clientHeight}`);
    // A figure that leads somewhere: `"href"` of the item that was clicked.
    this.chart.on("click", ({ data }) => data?.href && location.assign(data.href));
  }

  /** Its width on a sheet: paper is laid out when it is too late to draw. */
  onPaper() {
    const all = this.closest("main")?.clientWidth ?? this.clientWidth;
    return Math.round(Math.min(SHEET, (SHEET * this.clientWidth) / all));
  }
}
customElements.define("zg-chart", Chart);
