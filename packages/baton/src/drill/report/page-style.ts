// The look of the report's page on a screen: light and dark by the reader's choice. Escaped text: no
// quotes.

export const pageStyle = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#59636e;--rule:#d8dee4;--paper:#fff;--panel:#f6f8fa;
--held:#176b4d;--held-paper:#e3f4ec;--broken:#a32a10;--broken-paper:#fde8e3;--unknown:#7a5200;
--unknown-paper:#fdf2d5}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa5b1;--rule:#30363d;
--paper:#0f141a;
--panel:#161c24;--held:#6fdcb0;--held-paper:#10302a;--broken:#ff9b83;--broken-paper:#3a1610;
--unknown:#f0c766;
--unknown-paper:#33270a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:28px 24px 64px}
h1{font-size:17px;font-weight:600;margin:0 0 14px;color:var(--soft)}
h1 b{color:var(--ink)}
h2{font-size:18px;margin:40px 0 10px}
p{margin:0 0 8px}
.soft{color:var(--soft)}
.verdict{border-radius:12px;padding:22px 26px;border-left:8px solid}
.verdict .word{font-size:40px;line-height:1.15;font-weight:750;letter-spacing:.02em;margin:0 0 2px}
.verdict .word small{font-size:17px;font-weight:500;letter-spacing:0;margin-left:14px;color:var(--ink)}
.verdict dl{display:grid;grid-template-columns:max-content 1fr;gap:8px 18px;margin:16px 0 0;
font-size:17px}
.verdict dt{font-weight:700}
.verdict dd{margin:0;color:var(--ink)}
.held{background:var(--held-paper);border-color:var(--held)}.held .word,.held dt{color:var(--held)}
.broken{background:var(--broken-paper);border-color:var(--broken)}
.broken .word,.broken dt{color:var(--broken)}
.unknown{background:var(--unknown-paper);border-color:var(--unknown)}
.unknown .word,.unknown dt{color:var(--unknown)}
.promises{margin-top:18px}
td.mark{white-space:nowrap;font-weight:700;background:none;border-color:var(--rule)}
td.mark.held{color:var(--held)}td.mark.broken{color:var(--broken)}td.mark.unknown{color:var(--unknown)}
.wide{overflow-x:auto}
.wide svg{min-width:860px}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;color:var(--soft);padding:0 0 6px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--rule)}
thead th{color:var(--soft);font-weight:600;white-space:nowrap}
tbody th{font-weight:600;min-width:7em}
td.number,th.number{text-align:right;white-space:nowrap}
td.text,th.text,.clamp{overflow-wrap:anywhere}
td.text,thead th.text{padding-left:8px}
tr.kind th{padding-top:14px}
td.bad{color:var(--broken);font-weight:700}
.pair{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:0 40px;align-items:start}
.facts+.wide,.wide+.wide{margin-top:24px}
.paper{display:none}
.wide:focus-visible{outline:2px solid var(--soft);outline-offset:4px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));gap:12px 24px;margin:0}
.facts dt{color:var(--soft);font-size:13px}
.facts dd{margin:0;overflow-wrap:anywhere}
.limits{background:var(--panel);border-radius:12px;padding:4px 24px 16px;margin-top:40px}
.limits h2{margin-top:16px}
.limits ul{margin:0;padding-left:20px}
.limits li{margin-bottom:6px}
@media screen and (max-width:900px){.pair{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:640px){main{padding:16px}.wide table{min-width:680px}
.wide .clamp{min-width:220px}.verdict dl{grid-template-columns:1fr;gap:0}
.verdict dd{margin-bottom:8px}
.verdict .word small{display:block;margin:6px 0 0}}
`;
