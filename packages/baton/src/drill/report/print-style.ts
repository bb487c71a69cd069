// The look of the report's page on paper: always light, small, two pages of A4. Escaped text: no quotes.
// Heights of drawings and rows are bounded, and so is their number, so that it is never more.

export const printStyle = `
@page{size:A4;margin:8mm}
@media print{
*{print-color-adjust:exact}
body{font-size:7.4pt;line-height:1.28}
main{max-width:none;padding:0}
h1{font-size:9pt;margin:0 0 2mm}
h2{font-size:9pt;margin:2mm 0 .6mm;break-after:avoid}
p.soft{display:none}
caption{font-size:6.6pt;line-height:1.2;margin:0;padding:0 0 .4mm}
.verdict{padding:2mm 4mm;border-top:0;border-left-width:2mm;border-radius:2mm;break-inside:avoid}
.verdict .word{font-size:17pt}.verdict .word small{font-size:9pt;margin-left:3mm}
.verdict dl{font-size:8.2pt;gap:.6mm 3mm;margin:1.4mm 0 0;grid-template-columns:max-content 1fr}
.promises{margin-top:1.6mm}
table{font-size:6.9pt;line-height:1.2}
th,td{padding:.3mm 2mm .3mm 0}
tr.kind th{padding-top:.6mm}
tr,svg{break-inside:avoid}
tbody:first-of-type tr:nth-child(-n+3){break-before:avoid}
.wide{overflow:visible}
.wide svg{min-width:0;width:100%;margin:0 auto}
#outage,#outage-on-paper{max-height:62mm}
#latency,#latency-on-paper{max-height:44mm}#bands,#bands-on-paper{max-height:30mm}
.clamp{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.wide .clamp,.pair .clamp{-webkit-line-clamp:1}.wide .timings .clamp{-webkit-line-clamp:2}
.name{max-width:42mm;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.timings th{white-space:nowrap}
.pair{gap:0 6mm;break-inside:avoid}
.facts{grid-template-columns:repeat(5,minmax(0,1fr));gap:.6mm 3mm;font-size:7pt;line-height:1.2}
.facts dt{font-size:6.4pt}
.facts+.wide,.wide+.wide{margin-top:1mm}
.limits{padding:0 3mm 1mm;margin-top:2mm;border:1px solid var(--rule);border-radius:2mm;break-inside:avoid}
.limits h2{margin-top:1.2mm}
.limits ul{padding-left:4mm;font-size:6.9pt;line-height:1.2}.limits li{margin:0}
.screen{display:none}
div.paper{display:block}tr.paper{display:table-row}tbody.paper{display:table-row-group}
}
`;
