// The look of the drawings. Colours are told apart by people with any colour vision, and never carry
// meaning alone.

/**
 * Part of every drawing, so that one saved as a file looks the same. No quotes or angle brackets: it is
 * escaped text.
 */
export const drawingStyle = `
.bd{--bd-ink:#1f2328;--bd-soft:#59636e;--bd-rule:#d8dee4;--bd-paper:#fff;--bd-good:#2a8c68;
--bd-bad:#c2371a;
--bd-bad-dark:#a32a10;--bd-shade:#c2371a;--bd-s0:#0b62b0;--bd-s1:#b35c00;--bd-s2:#8a3ea8;--bd-s3:#00767a;
--bd-s4:#5c5f00;
display:block;width:100%;height:auto;font-family:system-ui,sans-serif;font-variant-numeric:tabular-nums}
@media screen and (prefers-color-scheme:dark){.bd{--bd-ink:#e6edf3;--bd-soft:#9aa5b1;--bd-rule:#30363d;
--bd-paper:#0f141a;
--bd-good:#3fae84;--bd-bad:#d24a2c;--bd-bad-dark:#a83820;--bd-shade:#e5573a;--bd-s0:#58a6f2;
--bd-s1:#f0a043;--bd-s2:#cf8ee6;
--bd-s3:#3cc2c6;--bd-s4:#c3c84c}}
.bd text{fill:var(--bd-ink)}
.bd .soft{fill:var(--bd-soft)}
.bd .strong{font-weight:650}
.bd .halo{paint-order:stroke;stroke:var(--bd-paper);stroke-width:4px;stroke-linejoin:round}
.bd .rule{stroke:var(--bd-rule);fill:none}
.bd .lead{stroke:var(--bd-soft);stroke-opacity:.55;fill:none}
.bd .shade{fill:var(--bd-shade);fill-opacity:.07}
.bd .track{fill:var(--bd-rule);fill-opacity:.55}
.bd .flow{fill:var(--bd-good)}
.bd .outage{fill:var(--bd-bad)}
.bd .hatch{stroke:var(--bd-bad-dark);stroke-width:2.5}
.bd .on-outage{fill:#fff;paint-order:stroke;stroke:var(--bd-bad);stroke-width:5px;stroke-linejoin:round}
.bd .at-fault{stroke:var(--bd-bad);fill:none;stroke-width:1.5}
.bd .at-cure{stroke:var(--bd-good);fill:none;stroke-width:1.5}
.bd .under{stroke:var(--bd-paper);fill:none;stroke-width:4;stroke-opacity:.75}
.bd .objective{stroke:var(--bd-ink);fill:none;stroke-width:1.5;stroke-dasharray:5 4}
.bd .event{stroke:var(--bd-soft);stroke-width:6;stroke-linecap:round;fill:none}
.bd .lost{stroke:var(--bd-ink);fill:none;stroke-width:2}
.bd .lost-under{stroke:var(--bd-paper);fill:none;stroke-width:5}
.bd .s0{--bd-s:var(--bd-s0)}.bd .s1{--bd-s:var(--bd-s1)}.bd .s2{--bd-s:var(--bd-s2)}
.bd .s3{--bd-s:var(--bd-s3)}.bd .s4{--bd-s:var(--bd-s4)}
.bd .dot{stroke:var(--bd-s);stroke-width:3.4;stroke-linecap:round;fill:none}
.bd .solid{fill:var(--bd-s)}
.bd .median{stroke:var(--bd-s);stroke-width:1.2;stroke-opacity:.55;fill:none;stroke-linejoin:round}
.bd .held{stroke:var(--bd-s);stroke-width:1.4;stroke-opacity:.75;fill:none}
.bd .failed,.bd .unknown{stroke:var(--bd-s);stroke-width:1.6;fill:var(--bd-paper)}
`;
