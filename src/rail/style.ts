/** The look of the rail: of its own width, in the tokens of web/tokens.css, wherever it stands. */
export const RAIL_STYLE = `.rail {
  container-type: inline-size;
  margin: 26px 0 0;
}
.rail ol,
.rail-line {
  list-style: none;
  margin: 0;
  padding: 0;
}
.path {
  display: flex;
  align-items: stretch;
  gap: 22px;
}
.call {
  position: relative;
  display: flex;
  flex: 1;
  min-width: 0;
  border: 1px solid var(--line);
  border-radius: var(--r-3);
  background: var(--bg);
}
.call > ol {
  display: flex;
  flex: 1;
  min-width: 0;
}
.call > .of {
  position: absolute;
  top: -9px;
  left: 14px;
  background: var(--bg);
  padding: 0 8px;
  font-size: var(--t-label);
  line-height: 17px;
  color: var(--ink-3);
  z-index: 2;
  white-space: nowrap;
  max-width: calc(100% - 28px);
  overflow: hidden;
  text-overflow: ellipsis;
}
.call > .of code {
  color: var(--ink-2);
  font-size: inherit;
}
.stop {
  flex: 1 1 0;
  min-width: 0;
  margin: 0;
  padding: 16px 0 12px 16px;
  position: relative;
  font-size: var(--t-1);
  line-height: 1.4;
  color: var(--ink-2);
}
.stop .n {
  display: flex;
  align-items: center;
  height: 20px;
  margin-bottom: 8px;
}
.stop .n svg {
  width: 20px;
  height: 20px;
  z-index: 1;
  flex: none;
}
.stop .n::after {
  content: "";
  flex: 1;
  margin: 0 -16px 0 0;
  border-top: 2px solid var(--allow-shape);
}
.stop b {
  display: block;
  font-weight: 600;
  font-size: var(--t-ui);
  color: var(--ink);
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}
.stop .why {
  display: block;
  padding-right: 6px;
  overflow-wrap: anywhere;
}
.stop.none {
  color: var(--ink-3);
}
.stop.none b {
  color: var(--ink-2);
  font-weight: 500;
}
.stop.to-off .n::after {
  border-top: 2px dotted var(--edge);
  opacity: 0.8;
}
.stop.to-unknown .n::after {
  border-top: 2px dashed var(--unseen);
}
.stop.unseen b {
  color: var(--unseen);
}
.stop:last-child .n::after {
  display: none;
}
.stop.deny,
.stop.like,
.stop.lit {
  border-radius: 10px;
  margin: -8px 0;
  padding: 24px 16px 20px;
  flex-grow: 1.75;
}
.stop.deny,
.stop.like {
  z-index: 3;
}
.stop.deny {
  background: var(--deny-fill);
  color: var(--on-deny);
  box-shadow: var(--deny-lift);
}
.stop.deny b,
.stop.like b,
.stop.lit b {
  font-size: var(--t-3);
  font-weight: 700;
}
.stop.deny b {
  color: inherit;
}
.stop.like b {
  color: var(--deny);
}
.stop.lit b {
  color: var(--allow);
}
.stop.deny .n::after,
.stop.like .n::after {
  display: none;
}
.stop.deny + .stop {
  padding-left: 18px;
}
.stop.like {
  background: var(--deny-tint);
  color: var(--deny-deep);
  box-shadow: inset 0 0 0 2px var(--deny);
}
.stop.lit {
  background: var(--allow-tint);
  box-shadow: inset 0 0 0 1.5px var(--allow-shape);
}
.stop.ed .n svg {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
  border-radius: 50%;
}
.call.then {
  flex: 0 0 auto;
  width: 216px;
}
.call.then.refused {
  border: 1.5px dashed var(--next-shape);
  background: var(--next-tint);
}
.call.then.refused .of {
  background: linear-gradient(var(--bg) 50%, var(--next-tint) 50%);
  color: var(--next);
}
.call.then.refused .of code {
  color: var(--next);
  font-weight: 600;
}
.call.then.refused .stop b {
  color: var(--next);
  font-size: var(--t-3);
  font-weight: 700;
}
.call.then.now .stop.deny {
  margin: -8px -1px;
}
.call.then.now .of {
  display: none;
}
.path > .arrow {
  align-self: center;
  color: var(--edge);
  margin: 0 -14px;
  line-height: 0;
}
.stop .said {
  display: none;
}
.stop b a {
  color: inherit;
  text-decoration: underline;
  text-decoration-thickness: 1px;
  text-underline-offset: 3px;
}
@container (max-width: 1036px) {
  .path {
    flex-wrap: wrap;
  }
  .path > .arrow {
    display: none;
  }
  .call {
    flex-basis: 100%;
  }
  .call.then {
    width: auto;
    flex: 1 1 200px;
  }
  .stop {
    padding-left: 12px;
  }
  .stop b {
    white-space: normal;
  }
}
@container (max-width: 728px) {
  .path {
    border: 1px solid var(--line);
    border-radius: var(--r-3);
    padding: 12px;
    flex-direction: column;
    gap: 10px;
  }
  .call {
    border: 0;
    display: block;
  }
  .call > .of {
    position: static;
    display: block;
    padding: 0 4px 6px;
  }
  .call > ol {
    flex-wrap: wrap;
    align-items: center;
  }
  .stop,
  .stop.deny + .stop {
    flex: 0 0 auto;
    padding: 0 0 0 4px;
  }
  .stop .n {
    margin: 0;
  }
  .stop .n svg {
    width: 18px;
    height: 18px;
  }
  .stop .n::after {
    flex: none;
    width: 14px;
    margin: 0 -4px 0 0;
  }
  .stop:not(.deny, .like, .lit, .next) b,
  .stop:not(.deny, .like, .lit, .next) .why {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .stop.ends .n::after {
    display: none;
  }
  .stop .said {
    display: inline;
    margin: 2px 0 2px 8px;
    font-size: var(--t-1);
    color: var(--ink-2);
  }
  /* Its shape stays in the row of the others, whose words go below where they are long. */
  .stop.ends {
    display: contents;
  }
  .stop.ends .n {
    margin-left: 4px;
  }
  .stop.deny,
  .stop.like,
  .stop.lit {
    flex: 1 0 calc(100% + 40px);
    margin: 10px -20px;
    padding: 12px 32px;
    display: grid;
    grid-template-columns: auto 1fr;
    column-gap: 12px;
  }
  .stop.deny .n,
  .stop.like .n,
  .stop.lit .n {
    grid-row: 1 / 3;
  }
  .stop.deny b,
  .stop.like b,
  .stop.lit b {
    font-size: var(--t-3);
  }
  .stop.lit .n::after {
    display: none;
  }
  .call.then {
    width: auto;
    flex: none;
    padding: 12px;
    border-radius: 9px;
  }
  .call.then .stop {
    flex: 1;
    padding: 0;
    display: grid;
    grid-template-columns: auto 1fr;
    column-gap: 12px;
  }
  .call.then .stop .n {
    grid-row: 1 / 3;
    align-self: start;
  }
  .call.then .stop .n::after,
  .call.then .stop .said {
    display: none;
  }
  .call.then .stop b,
  .call.then .stop .why {
    position: static;
    width: auto;
    height: auto;
    clip-path: none;
  }
  .call.then.refused .of {
    background: none;
  }
  .call.then.now .stop.deny {
    margin: 0 -32px;
    padding: 12px 32px;
  }
}
.rail-line {
  display: flex;
  align-items: center;
  min-width: 0;
}
.rail-line .stop {
  display: flex;
  align-items: center;
  flex: 1 1 auto;
  padding: 0;
}
.rail-line .stop.deny + .stop {
  padding-left: 0;
}
.rail-line .stop:last-child {
  flex: 0 0 auto;
}
.rail-line .n,
.rail-line .pill {
  height: auto;
  margin: 0;
  flex: none;
  display: flex;
}
.rail-line .n svg,
.rail-line .pill svg {
  width: 16px;
  height: 16px;
}
.rail-line .n::after {
  display: none;
}
.rail-line .stop::after {
  content: "";
  flex: 1;
  min-width: 6px;
  border-top: 2px solid var(--allow-shape);
}
.rail-line .stop.to-off::after {
  border-top: 2px dotted var(--edge);
}
.rail-line .stop.to-unknown::after {
  border-top: 2px dashed var(--unseen);
}
.rail-line .stop:last-child::after {
  display: none;
}
.rail-line .stop b {
  font-size: var(--t-ui);
  line-height: 20px;
  font-weight: 650;
}
.rail-line .pill {
  gap: 8px;
  align-items: center;
  padding: 4px 12px 4px 8px;
  border-radius: var(--r-2);
}
.rail-line .stop.deny,
.rail-line .stop.like,
.rail-line .stop.lit {
  margin: 0;
  padding: 0;
  background: none;
  box-shadow: none;
}
.rail-line .deny .pill {
  background: var(--deny-fill);
  color: var(--on-deny);
}
.rail-line .like .pill {
  background: var(--deny-tint);
  box-shadow: inset 0 0 0 1.5px var(--deny);
}
.rail-line .lit .pill {
  background: var(--allow-tint);
  box-shadow: inset 0 0 0 1.5px var(--allow-shape);
}
.rail-line .next .pill {
  background: var(--next-tint);
  box-shadow: inset 0 0 0 1.5px var(--next-shape);
}
.rail-line .next b {
  color: var(--next);
}
`
