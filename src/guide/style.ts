import { RAIL_STYLE } from '#rail/style.ts'

/**
 * The look of the pages: the tokens of the page of the service (web/tokens.css, which a test holds this against), since a page
 * must need nothing but itself.
 */
const LIGHT =
  '--bg:#ffffff;--sunk:#f6f7f9;--ink:#111924;--ink-2:#465262;--ink-3:#5f6b7b;--line:#dfe4ea;--edge:#848e9c;--accent:#174c9a;--accent-tint:#e8f0fb;--focus:#174c9a;--deny:#b3211a;--deny-fill:#bf2a20;--on-deny:#ffffff;--deny-tint:#fdeeec;--deny-deep:#7d130c;--next:#8a4600;--next-shape:#c26a0c;--on-next:#ffffff;--next-tint:#fff5e6;--allow-shape:#12854c;--on-allow:#ffffff;--allow:#0a6b3b;--allow-tint:#e8f6ee;--unseen:#57489b;--none:#606b7a;--brand:#1f3a5f;--on-brand:#ffffff;--brand-mark:#ff8f7a;--deny-lift:0 6px 18px rgb(150 25 15 / 0.22)'
const DARK =
  '--bg:#0f151d;--sunk:#151d27;--ink:#e9eef4;--ink-2:#b1bcc9;--ink-3:#8f9bab;--line:#273240;--edge:#66758a;--accent:#8fbaff;--accent-tint:#16263f;--focus:#8fbaff;--deny:#ff9387;--deny-fill:#c4352a;--on-deny:#ffffff;--deny-tint:#2b1616;--deny-deep:#ffd3ce;--next:#f3b765;--next-shape:#d98b2b;--on-next:#0f151d;--next-tint:#271d10;--allow-shape:#35a86c;--on-allow:#0f151d;--allow:#68d49b;--allow-tint:#10231a;--unseen:#b9acf8;--none:#8592a3'
const SANS = 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'
const MONO = 'ui-monospace, "SF Mono", SFMono-Regular, Menlo, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace'

/** The rail of layers, with the sizes that it takes from the tokens. */
export const RAIL_LOOK = `:root{--r-2:7px;--r-3:12px;--sans:${SANS}}${RAIL_STYLE.replaceAll(/\n\s*/g, '')}`

const TYPE =
  '--t-0:11.5px;--t-label:12px;--t-1:12.5px;--t-ui:13px;--t-2:14px;--t-3:16px;--t-4:20px;--t-5s:24px;--t-5:32px'

export const STYLE = `:root{color-scheme:light;${LIGHT};${TYPE}}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${DARK}}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
*{box-sizing:border-box;margin:0}
body{font:var(--t-2)/1.5 ${SANS};color:var(--ink);background:var(--bg);overflow-wrap:anywhere;-webkit-font-smoothing:antialiased}
a{color:var(--accent);text-underline-offset:3px}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
:target{scroll-margin-top:16px}
.vh,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{position:absolute;top:8px;left:8px;background:var(--bg);padding:4px 8px}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:0 32px;padding:0 40px;min-height:52px;border-bottom:1px solid var(--line)}
.brand{display:flex;align-items:center;gap:10px;font-weight:650;font-size:var(--t-3);color:var(--ink);text-decoration:none}
.top nav{display:flex;gap:4px}
.top nav a{padding:16px 12px;color:var(--ink-2);text-decoration:none}
.top nav a[aria-current]{color:var(--ink);font-weight:600;box-shadow:inset 0 -2px 0 var(--ink)}
.top form{margin-left:auto;display:flex;gap:8px;padding:8px 0}
.top input,.top button{font:inherit;font-size:var(--t-ui);min-height:32px;padding:0 10px;border:1px solid var(--edge);border-radius:7px;background:var(--bg);color:var(--ink)}
.top input{width:min(300px,52vw)}
.g3{display:grid;grid-template-columns:240px minmax(0,1fr) 230px;max-width:1440px;margin:0 auto}
.g3>*{grid-row:1}.gn{grid-column:1;padding:24px 20px 32px 30px;border-right:1px solid var(--line);font-size:var(--t-ui)}
.gn h2{font-size:var(--t-label);color:var(--ink-2);margin:18px 0 4px 10px;font-weight:650}
.gn h2:first-child{margin-top:0}
.gn ul,.toc ul{list-style:none;padding:0}
.gn a{display:block;padding:4px 10px;border-radius:6px;color:var(--ink-2);text-decoration:none}
.gn a:hover{text-decoration:underline}
.gn a[aria-current]{background:var(--accent-tint);color:var(--accent);font-weight:600}
main{grid-column:2;padding:20px 40px 64px;max-width:860px;min-width:0}
main>h1{font-size:var(--t-5);line-height:1.25;letter-spacing:-.015em;font-weight:650;margin:10px 0}
main h2{font-size:var(--t-4);margin:28px 0 8px}main h3{font-size:var(--t-3);margin:20px 0 6px}main h4{font-size:var(--t-2);margin:16px 0 4px}
main p,main ul,main ol{margin:8px 0}main ul,main ol{padding-left:22px}main li{margin:4px 0}main ul.long{columns:auto 220px;column-gap:32px}main ul.long li{break-inside:avoid}
.crumbs{font-size:var(--t-ui);color:var(--ink-3)}
.meta{color:var(--ink-3);font-size:var(--t-ui)}
.toc{grid-column:3;padding:24px 24px 32px 8px;font-size:var(--t-ui)}
.toc h2{font-size:var(--t-label);color:var(--ink-2);font-weight:650;margin-bottom:4px}
.toc nav{position:sticky;top:16px}
.toc a{display:block;padding:4px 10px;border-left:2px solid var(--line);color:var(--ink-2);text-decoration:none}
.toc a:hover{border-color:var(--accent);color:var(--accent)}
.toc p{margin-top:18px;color:var(--ink-3)}
figure.layers{margin:18px 0 24px}figure.layers .rail{margin-top:8px}figure.layers figcaption{margin-top:14px;font-size:var(--t-ui);color:var(--ink-3)}
code{font:var(--t-1)/1.5 ${MONO};font-variant-ligatures:none}
:not(pre)>code{background:var(--sunk);padding:1px 4px;border-radius:4px}
pre{background:var(--sunk);border:1px solid var(--line);border-radius:12px;padding:12px 16px;margin:10px 0;white-space:pre-wrap;overflow-wrap:anywhere}
pre code{user-select:all}
.code{position:relative}.code pre{padding-right:76px}
.copy{position:absolute;top:8px;right:8px;font:inherit;font-size:var(--t-label);font-weight:600;min-height:26px;padding:0 8px;border:1px solid var(--edge);border-radius:6px;background:var(--bg);color:var(--accent);cursor:pointer}
.back{font-weight:600;padding:16px 0;text-decoration:none}
.table{overflow:auto;margin:10px 0}table{border-collapse:collapse;min-width:100%;font-size:var(--t-ui)}
th,td{min-width:6em;padding:8px 12px 8px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:break-word}
th{color:var(--ink-2);font-weight:650}
@media(max-width:1100px){.g3{grid-template-columns:220px minmax(0,1fr)}.toc{display:none}}
@media(max-width:760px){main>h1{font-size:var(--t-5s)}.top{padding:0 16px}.top form{margin:0 0 0 auto}.g3{display:block}main{padding:16px 16px 40px}.gn{border:0;border-top:1px solid var(--line);padding:20px 16px}}
@media print{.copy,.top,.gn,.toc,.crumbs{display:none}.g3{display:block}}`
