import { useState } from 'preact/hooks'
import type { AccessSet, DecisionEffect, PrincipalAccess, WhatCan, WhoCan } from '#http/wire.ts'
import { callerName } from '../answer/names.ts'
import { type Asked, USUAL } from '../use-asking.ts'
import { Copy } from './copy.tsx'
import { Mark } from './icon.tsx'
import { Prose } from './prose.tsx'

const ANSWERS: Readonly<Record<DecisionEffect, readonly ['allow' | 'likely' | 'unseen', string]>> = {
  allowed: ['allow', 'Allowed'],
  denied: ['likely', 'Denied'],
  undetermined: ['unseen', 'Not known'],
}

const SHOWN = 200

/** Every principal of the snapshot with its answer: who can, and when not. */
export function PrincipalTable(props: {
  readonly asked: Asked
  readonly whoCan: WhoCan
  readonly took: string
  readonly onAsk: (asked: Asked) => void
}) {
  const { asked, whoCan, took, onAsk } = props
  const { principals, examined, notExamined } = whoCan
  const can = principals.filter(({ decision }) => decision !== 'denied')
  const [isAll, setAll] = useState(principals.length <= 12)
  const shown = (isAll ? principals : can).toSorted((a, b) => RANK[a.decision] - RANK[b.decision])
  return (
    <section class="card who-can" id="asked" aria-label="Who can">
      <header>
        <div class="k">
          <h2 class="title">
            Who can <code>{asked.action}</code> on it
          </h2>
          <span>
            {principals.filter(({ decision }) => decision === 'allowed').length} of {examined} principals looked at
          </span>
          <span class="sp" />
          <fieldset class="seg ui">
            <legend class="vh">Rows</legend>
            {[false, true].map((all) => (
              <label key={String(all)} class={all === isAll ? 'on' : ''}>
                <input type="radio" name="rows" checked={all === isAll} onChange={() => setAll(all)} />
                {all ? `all ${principals.length}` : `${can.length} who can`}
              </label>
            ))}
          </fieldset>
          <Copy kind="small" text={() => csvOf(principals)} label="Copy CSV" />
        </div>
      </header>
      <div class="scroll" tabIndex={0} role="region" aria-label="Principals">
        <table>
          <thead>
            <tr>
              <th scope="col">Principal</th>
              <th scope="col">Answer</th>
              <th scope="col">When</th>
              <th scope="col">
                <span class="vh">Show</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, SHOWN).map((one) => (
              <tr key={one.principal} class={one.principal === asked.who ? 'chosen' : ''}>
                <td>
                  <Principal arn={one.principal} />
                </td>
                <td>
                  <Answer of={one.decision} />
                </td>
                <td>{whenOf(one)}</td>
                <td>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Show ${one.principal}`}
                    onClick={() => onAsk({ ...asked, mode: 'may', who: one.principal, context: USUAL })}
                  >
                    Show
                  </button>
                </td>
              </tr>
            ))}
            {notExamined.map(({ account, why }) => (
              <tr key={account}>
                <td>
                  {account === '*' ? 'anybody else' : 'any principal'}{' '}
                  <span class="acct">{account === '*' ? '' : account}</span>
                </td>
                <td>
                  <Answer of="undetermined" />
                </td>
                <td colSpan={2}>
                  <Prose text={why} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer>
        <span class="muted">
          {shown.length > SHOWN ? `${SHOWN} of ${shown.length} rows; Copy CSV has all. ` : ''}
          {took}
        </span>
      </footer>
    </section>
  )
}

const RANK: Readonly<Record<DecisionEffect, number>> = { allowed: 0, undetermined: 1, denied: 2 }

const Answer = ({ of }: { readonly of: DecisionEffect }) => (
  <span class={`row answer ${of}`}>
    <Mark of={ANSWERS[of][0]} />
    {ANSWERS[of][1]}
  </span>
)

function Principal({ arn }: { readonly arn: string }) {
  const { name, account } = callerName(arn)
  const kind = arn.split(':')[5]?.split('/')[0]
  return (
    <code title={arn}>
      {kind === undefined || kind === 'root' ? '' : <span class="muted">{kind}/</span>}
      {name} <span class="acct">{account}</span>
    </code>
  )
}

/** In which requests, as far as it is not all of them. */
function whenOf({ decision, access, missing = [] }: PrincipalAccess): string {
  if (decision === 'denied') return ''
  const [first] = access
  const when = first === undefined ? '' : conditionsOf(first)
  const open =
    missing.length === 0
      ? ''
      : `depends on ${missing
          .map((one) => ('fact' in one ? String(one.fact) : ''))
          .filter((one) => one !== '')
          .slice(0, 2)
          .join(', ')}`
  return [when, access.length > 1 ? `and ${access.length - 1} more` : '', open].filter((one) => one !== '').join('; ')
}

function conditionsOf({ conditions, except = [] }: AccessSet): string {
  const words = (blocks: AccessSet['conditions']): string =>
    blocks
      .flatMap((block) => Object.entries(block))
      .flatMap(([operator, keys]) =>
        Object.entries(keys).map(
          ([key, value]) => `${key} ${OPERATORS[operator] ?? operator} ${[value].flat().join(' or ')}`,
        ),
      )
      .join(' and ')
  const unless = except.map((one) => words(one.conditions)).filter((one) => one !== '')
  return [words(conditions), unless.length === 0 ? '' : `unless ${unless.slice(0, 2).join(' or ')}`]
    .filter((one) => one !== '')
    .join(', ')
}

/** The usual operators as people say them. */
const OPERATORS: Readonly<Record<string, string>> = {
  Bool: 'is',
  StringEquals: 'is',
  StringNotEquals: 'is not',
  StringLike: 'is like',
  StringNotLike: 'is not like',
  ArnEquals: 'is',
  ArnLike: 'is like',
  ArnNotEquals: 'is not',
  ArnNotLike: 'is not like',
  IpAddress: 'is in',
  NotIpAddress: 'is not in',
  Null: 'is absent:',
}

/** A cell as RFC 4180 has it; what a table calculation would take for a formula is text. */
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`

const csvOf = (principals: readonly PrincipalAccess[]): string =>
  [['principal', 'answer', 'when'], ...principals.map((one) => [one.principal, one.decision, whenOf(one)])]
    .map((row) => row.map(cell).join(','))
    .join('\r\n')

/** Table of what somebody may do, set by set, in the words of the policies. */
export function AccessTable(props: {
  readonly asked: Asked
  readonly whatCan: WhatCan
  readonly took: string
  readonly onAsk: (asked: Asked) => void
}) {
  const { asked, whatCan, took, onAsk } = props
  const rows = [
    ...whatCan.access.map((set) => ({ set, decision: 'allowed' as const })),
    ...whatCan.undetermined.map((set) => ({ set, decision: 'undetermined' as const })),
  ]
  return (
    <section class="card what-can" id="asked" aria-label="What it can do">
      <header>
        <div class="k">
          <h2 class="title">
            What <Principal arn={asked.who} /> can do
          </h2>
          <span>{rows.length === 0 ? 'nothing' : `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`}</span>
        </div>
      </header>
      <div class="scroll" tabIndex={0} role="region" aria-label="Rows">
        <table>
          <thead>
            <tr>
              <th scope="col">Actions</th>
              <th scope="col">On</th>
              <th scope="col">Answer</th>
              <th scope="col">When</th>
              <th scope="col">
                <span class="vh">Ask</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map(({ set, decision }, i) => (
              <tr key={i}>
                <td>
                  <code>{few(set.actions)}</code>
                </td>
                <td>
                  <code>{few(set.resources)}</code>
                </td>
                <td>
                  <Answer of={decision} />
                </td>
                <td>{conditionsOf(set)}</td>
                <td>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Who else can ${set.actions[0] ?? ''}`}
                    onClick={() =>
                      onAsk({ ...asked, mode: 'who', action: set.actions[0] ?? '', on: set.resources[0] ?? '*' })
                    }
                  >
                    Who else
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer>
        <span class="muted">
          {rows.length > SHOWN ? `${SHOWN} of ${rows.length} rows. ` : ''}
          {[...whatCan.assumptions, ...(whatCan.reason === undefined ? [] : [whatCan.reason])].map((one) => (
            <>
              <Prose text={one} />
              {'. '}
            </>
          ))}
          {took}
        </span>
      </footer>
    </section>
  )
}

const MOST = 4
const few = (list: readonly string[]): string =>
  list.length > MOST ? `${list.slice(0, MOST).join(', ')} and ${list.length - MOST} more` : list.join(', ')
