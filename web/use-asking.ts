import { useEffect, useRef, useState } from 'preact/hooks'
import type { Decision, WhatCan, WhoCan } from '#http/wire.ts'
import { type Address, addressNow, goToAddress } from './address.ts'
import { ask, type Asked as Got, type Fault } from './ask.ts'

export const MODES = ['may', 'who', 'what'] as const
export type Mode = (typeof MODES)[number]

/** A question without a denial, as the address has it. */
export interface Asked {
  readonly mode: Mode
  readonly who: string
  readonly action: string
  readonly on: string
  readonly snapshot: string | undefined
  /** Keys of the request; null: it has none such. */
  readonly context: Readonly<Record<string, string | null>>
}

export type AskAnswer =
  | { readonly mode: 'may'; readonly decision: Decision }
  | { readonly mode: 'who'; readonly whoCan: WhoCan }
  | { readonly mode: 'what'; readonly whatCan: WhatCan }

export interface Answered {
  readonly asked: Asked
  readonly answer: AskAnswer
  readonly milliseconds: number
}

/** Context keys as calls usually have them (docs/rules.md, R-EVID-09): taken until somebody says otherwise, and shown. */
export const USUAL: Asked['context'] = {
  'aws:SecureTransport': 'true',
  'aws:SourceVpce': null,
  'session policy': null,
}

/** Stands among the keys of the request, and is none: no key has a space. */
export const SESSION = 'session policy'

export function askedOf({ params }: Address): Asked {
  const mode = MODES.find((one) => one === params.get('mode')) ?? 'may'
  return {
    mode,
    who: params.get('who') ?? '',
    action: params.get('do') ?? '',
    on: params.get('on') ?? '',
    snapshot: params.get('snapshot'),
    context: contextOf(params.get('context')),
  }
}

function contextOf(text: string | undefined): Asked['context'] {
  if (text === undefined) return USUAL
  try {
    const value: unknown = JSON.parse(text)
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
    return Object.fromEntries(entries.map(([key, one]) => [key, one === null ? null : String(one)]))
  } catch {
    return USUAL
  }
}

/** Puts the question into the address, from where it is asked. */
export function goAsk({ mode, who, action, on, snapshot, context }: Asked, isStep: boolean): void {
  const isUsual = JSON.stringify(context) === JSON.stringify(USUAL)
  const params = new Map([
    ['mode', mode],
    ['who', who],
    ['do', action],
    ['on', on],
    ['snapshot', snapshot ?? ''],
    ['context', isUsual ? '' : JSON.stringify(context)],
  ])
  goToAddress({ ...addressNow(), view: 'ask', id: undefined, params }, isStep)
}

export const isWhole = ({ mode, who, action, on }: Asked): boolean =>
  mode === 'what' ? who !== '' : action !== '' && (mode === 'who' || who !== '') && on !== ''

async function answerOf(asked: Asked): Promise<Got<AskAnswer>> {
  const { mode, who, action, on, context } = asked
  const snapshot = asked.snapshot === undefined ? {} : { snapshot: asked.snapshot }
  if (mode === 'who') {
    const got = await ask<WhoCan>('/api/who-can', { action, resource: on, ...snapshot })
    return got.ok ? { ok: true, value: { mode, whoCan: got.value } } : got
  }
  if (mode === 'what') {
    const got = await ask<WhatCan>('/api/what-can', { principal: who, ...snapshot })
    return got.ok ? { ok: true, value: { mode, whatCan: got.value } } : got
  }
  const { [SESSION]: session, ...keys } = context
  const request = { principal: who, action, resource: on, context: keys }
  const sessionPolicies = session === null ? { sessionPolicies: null } : {}
  const got = await ask<Decision>('/api/evaluate', { request, chain: true, ...snapshot, ...sessionPolicies })
  return got.ok ? { ok: true, value: { mode, decision: got.value } } : got
}

/** Asks what the address holds, and keeps the answer; a late one is dropped. */
export function useAsking(address: Address, isReady: boolean) {
  const [answered, setAnswered] = useState<Answered>()
  const [fault, setFault] = useState<Fault>()
  const [isBusy, setBusy] = useState(false)
  const turn = useRef(0)
  const key = address.view === 'ask' ? JSON.stringify([...address.params]) : ''
  useEffect(() => {
    const asked = askedOf(address)
    if (key === '' || !isReady || !isWhole(asked)) return
    const mine = ++turn.current
    const start = performance.now()
    setBusy(true)
    void answerOf(asked).then((got) => {
      if (mine !== turn.current) return
      setBusy(false)
      setFault(got.ok ? undefined : got.fault)
      setAnswered(got.ok ? { asked, answer: got.value, milliseconds: performance.now() - start } : undefined)
    })
  }, [key, isReady])
  return { answered, fault, isBusy }
}
