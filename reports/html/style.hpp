// The style of the pages. Pass is blue and fail is orange-brown, so that both survive colour blindness and printing. Colours are
// variables of the root; its attribute "data-language" (en, zh, both) chooses which language of a page in both is shown.
#pragma once

#include <string_view>

namespace rackproof {

inline constexpr std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1a1d21;--soft:#59616b;--line:#d5dae0;--panel:#f5f7f9;--accent:#2b5f9e;
--pass-bg:#DEE8F2;--pass-fg:#1b4a80;--pass-line:#80A3CB;--fail-bg:#C84801;--fail-fg:#fff;--fail-text:#A83C00;--fail-soft:#FDEBDD;
--open-bg:#FFF3D1;--open-fg:#6b4700;--open-line:#B98A1B;--none-bg:#ECEDEE;--none-fg:#54585c;--none-line:#787878}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e8ebee;--soft:#a5aeb8;--line:#363d45;--panel:#1d2227;--accent:#80A3CB;
--pass-bg:#1d3450;--pass-fg:#C6D6E8;--pass-line:#80A3CB;--fail-bg:#C84801;--fail-fg:#fff;--fail-text:#F9A15A;--fail-soft:#3a2113;
--open-bg:#3d3213;--open-fg:#FFDF94;--open-line:#B98A1B;--none-bg:#2b2f34;--none-fg:#bcc2c8;--none-line:#8a8f94}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1180px;padding:16px 20px 48px;background:var(--bg);color:var(--fg);
font:14px/1.45 system-ui,"Segoe UI",Roboto,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","DejaVu Sans",sans-serif}
h1{font-size:20px;margin:0}h1 small{color:var(--soft);font-weight:400;font-size:14px}
h2{font-size:17px;margin:30px 0 8px;border-bottom:2px solid var(--line);padding-bottom:3px}
h3,h4{font-size:14px;margin:14px 0 4px}
h1,h2,h3,h4,p,li,summary{overflow-wrap:anywhere}
p{margin:4px 0}header p,.note{color:var(--soft)}
code,pre{font:12.5px/1.4 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{white-space:pre-wrap;background:var(--panel);border:1px solid var(--line);padding:8px;margin:6px 0;border-radius:4px}
.mark{display:inline-block;white-space:nowrap;padding:0 7px;border-radius:9px;border:1px solid transparent;font-weight:600}
.mark.pass{background:var(--pass-bg);color:var(--pass-fg);border-color:var(--pass-line)}
.mark.fail{background:var(--fail-bg);color:var(--fail-fg)}
.mark.open{background:var(--open-bg);color:var(--open-fg);border-color:var(--open-line)}
.mark.none,.mark.exempt{background:var(--none-bg);color:var(--none-fg);border-color:var(--none-line)}
.mark.none{border-style:dashed}
.mark.reserved{background:var(--pass-bg);color:var(--pass-fg);border:1px dashed var(--open-line)}
.banner{margin:14px 0 0;padding:8px 12px;border:2px dashed var(--none-line);background:var(--none-bg);color:var(--fg)}
.strip{margin:14px 0;padding:14px 18px;border-radius:6px;border:1px solid var(--line);border-left:14px solid}
.strip.pass,.strip.reserved{background:var(--pass-bg);border-left-color:#2b6cb0}
.strip.fail{background:var(--fail-soft);border-left-color:#C84801}
.strip.open{background:var(--open-bg);border-left-color:#B98A1B}
.strip.reserved{border-left-style:dashed}
.headline{font-size:30px;font-weight:700;line-height:1.15;margin:0}
.strip.pass .headline,.strip.reserved .headline{color:var(--pass-fg)}.strip.fail .headline{color:var(--fail-text)}.strip.open .headline{color:var(--open-fg)}
.sentence{font-size:17px;margin:4px 0 10px}
.counts{display:flex;flex-wrap:wrap;gap:8px 26px;margin:8px 0;padding:0;list-style:none}
.counts b{font-size:19px;font-variant-numeric:tabular-nums}.counts li>span{display:block;color:var(--soft);font-size:12.5px}
.chips{display:flex;flex-wrap:wrap;gap:6px 10px;margin:8px 0 0;padding:0;list-style:none}
.chips a{color:inherit;text-decoration:none}.chips .mark{padding:2px 10px;white-space:normal;overflow-wrap:anywhere}
.first{margin:10px 0 0;padding:0 0 0 20px}.first li{margin:4px 0}ul.first{list-style:none;padding:0}.first small{display:block;color:var(--soft)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:4px 8px;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;font-size:12.5px;background:var(--panel)}
td.n,th.n{text-align:right;white-space:nowrap}
.v{white-space:nowrap}
.note{font-weight:400}
td small,th small{display:block;color:var(--soft);font-weight:400}
tbody th{background:none;color:inherit;font-weight:400;font-size:inherit}
.id{overflow-wrap:anywhere}
tr.sum td,tr.sum th{font-weight:600;border-top:2px solid var(--line)}
.entry{border:1px solid var(--line);border-left:6px solid var(--none-line);border-radius:4px;margin:8px 0;padding:7px 11px;break-inside:avoid}
.entry.fail{border-left-color:#C84801}.entry.open{border-left-color:#B98A1B}
.entry h3,.entry h4{margin:0 0 3px;font-size:14px;overflow-wrap:anywhere}
.entry dl{display:grid;grid-template-columns:max-content 1fr;gap:1px 14px;margin:4px 0}
.entry dt{color:var(--soft)}.entry dd{margin:0;overflow-wrap:anywhere}
.big{font-size:16px;font-weight:700}.fail .big{color:var(--fail-text)}
.rerun{display:block;background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:3px 7px;user-select:all}
details{margin:8px 0}summary{cursor:pointer;padding:4px 0}summary b{font-size:15px}
table.values td.fail,tr.fail td{background:var(--fail-soft)}table.values td.open,tr.open td{background:var(--open-bg)}
table.values th:first-child{width:32%}
table.cert th:nth-child(2){min-width:150px}table.cov th:first-child{min-width:100px}
.kv th{width:230px;color:var(--soft)}
table.dense td,table.dense th{padding:1px 5px;font-size:12px}table.dense td{white-space:nowrap}table.dense th:first-child{width:auto;overflow-wrap:anywhere}
table.cert td,table.cert th{padding:4px 6px}.cert .mark,.cert td:nth-last-child(2){white-space:nowrap}
.strip-svg{display:block;width:96px;height:18px;fill:var(--accent)}.strip-svg [stroke-dasharray]{stroke:var(--fail-text);stroke-width:1.5}
.sign{display:none}
[data-language="en"] [lang="zh-CN"],[data-language="zh"] [lang="en"]:not(.data){display:none}
[data-language="both"] [lang="en"]+[lang="zh-CN"]{margin-left:.45em}
[data-language="both"] :is(.cert .mark,p,td,th,small,td>b,.counts span)>[lang="en"]+[lang="zh-CN"]{display:block;margin-left:0}
a{color:var(--accent)}
progress{width:110px;accent-color:var(--accent);vertical-align:middle}
@media (max-width:640px){.mark{white-space:normal}.kv th{width:35%}.entry dl{grid-template-columns:1fr}.headline{font-size:24px}}
@page{size:A4;margin:14mm 12mm}
@media print{:root:root{color-scheme:light;--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;--panel:#f3f3f3;--accent:#2b5f9e;--pass-bg:#DEE8F2;--pass-fg:#1b4a80;
--fail-text:#A83C00;--fail-soft:#FDEBDD;--open-bg:#FFF3D1;--open-fg:#6b4700;--none-bg:#ECEDEE;--none-fg:#54585c;--none-line:#787878;--pass-line:#80A3CB;--fail-bg:#C84801;--fail-fg:#fff;--open-line:#B98A1B}
body{max-width:none;padding:0;font-size:9.5pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
thead{display:table-header-group}tr,.headline{break-inside:avoid}h2,h3,h4{break-after:avoid}.scroll{overflow:visible}
th,td{padding:2px 4px}code,pre{font-size:8pt}table{font-size:8.5pt}progress{display:none}
.v{white-space:normal}table.cert th:nth-child(2){min-width:100px}.mark{font-size:8pt;padding:0 4px}
thead th{font-size:8pt}table.cert td,table.cert th{padding:2px 3px}
.strip-svg{width:64px;height:12px}
.sign{display:block;break-inside:avoid}.sign ul{display:grid;grid-template-columns:repeat(3,1fr);gap:8mm;padding:0;list-style:none}
.sign li{border:1px solid #000;height:32mm;padding:2mm}.sign small{display:block;margin-top:22mm;color:#444}}
)css";

}  // namespace rackproof
