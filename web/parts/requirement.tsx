import type { Requirement } from '#http/wire.ts'
import { layerTitle } from '../answer/names.ts'
import { NEED_WORDS } from '../words.ts'
import { Sign } from './prose.tsx'

type Truth = true | false | 'unknown'

const SIGNS = { true: ['✓', 'allow'], false: ['✕', 'explicit-deny'], unknown: ['?', 'unknown'] } as const
const SAID = { true: 'met', false: 'not met', unknown: 'not known' } as const

/** Kleene's, as the engine has it. */
function truthOf(one: Requirement): Truth {
  if ('satisfied' in one) return one.satisfied
  const [parts, whole] = 'all' in one ? [one.all, false] : [one.any, true]
  const truths = parts.map(truthOf)
  if (truths.includes(whole)) return whole
  return truths.includes('unknown') ? 'unknown' : !whole
}

/** All that would allow the call: what is not met stands open. */
export function RequirementTree({ requirement }: { readonly requirement: Requirement }) {
  return (
    <ul class="tree">
      <Node of={requirement} />
    </ul>
  )
}

function Node({ of }: { readonly of: Requirement }) {
  const truth = truthOf(of)
  const [sign, kind] = SIGNS[String(truth) as keyof typeof SIGNS]
  const said = SAID[String(truth) as keyof typeof SAID]
  if ('satisfied' in of)
    return (
      <li>
        <Sign of={sign} kind={kind} /> {layerTitle(of.layer)}
        {of.where === undefined ? null : (
          <>
            {' '}
            <code>{of.where}</code>
          </>
        )}
        {of.kind === undefined ? null : ` of the ${of.kind}`} {NEED_WORDS[of.needs] ?? of.needs}{' '}
        <span class={`truth ${kind}`}>{said}</span>
      </li>
    )
  const [word, parts] = 'all' in of ? ['All of', of.all] : ['Any of', of.any]
  const [met, open] = [parts.filter((part) => truthOf(part) === true), parts.filter((part) => truthOf(part) !== true)]
  const isFolded = truth !== true && met.length > 3
  const sorted = [...open, ...(isFolded ? [] : met)].toSorted((one, other) => rank(truthOf(one)) - rank(truthOf(other)))
  return (
    <li>
      <details open={truth !== true}>
        <summary>
          <Sign of={sign} kind={kind} /> <b>{word}</b> {parts.length} <span class={`truth ${kind}`}>{said}</span>
        </summary>
        <ul>
          {sorted.map((part, i) => (
            <Node key={i} of={part} />
          ))}
          {isFolded ? (
            <li>
              <details>
                <summary class="muted">{met.length} others are met</summary>
                <ul>
                  {met.map((part, i) => (
                    <Node key={i} of={part} />
                  ))}
                </ul>
              </details>
            </li>
          ) : null}
        </ul>
      </details>
    </li>
  )
}

const rank = (truth: Truth): number => (truth === false ? 0 : truth === 'unknown' ? 1 : 2)
