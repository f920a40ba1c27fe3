import { render } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { SnapshotsAnswer } from '#http/wire.ts'
import type { DiagnoseAnswer } from '#http/wire.ts'
import { ask, type Fault, keepToken, snapshots as askSnapshots } from './ask.ts'
import { DenialsPage } from './denials-page.tsx'
import { goTo, KeyHelp, type Keys, moveFocus, press, useKeys } from './keys.tsx'
import { MainPage, type MainState } from './main-page.tsx'
import { applyTheme, nextTheme, savedTheme, type Theme } from './theme.ts'

type View = '/' | '/denials'

const viewNow = (): View => (location.pathname === '/denials' ? '/denials' : '/')

/** Two views of one page: what was asked stays when a reader goes to the denials and back. */
function useView(): readonly [View, (view: View) => void] {
  const [view, setView] = useState(viewNow)
  useEffect(() => {
    const back = (): void => setView(viewNow())
    addEventListener('popstate', back)
    return () => removeEventListener('popstate', back)
  }, [])
  const go = (next: View): void => {
    if (next !== viewNow()) history.pushState(null, '', next)
    setView(next)
    scrollTo(0, 0)
  }
  return [view, go]
}

const EMPTY: MainState = {
  question: { text: '', snapshot: undefined, scenario: undefined, expected: '' },
  shown: undefined,
  index: 0,
  step: 0,
}

function App() {
  const [snapshots, setSnapshots] = useState<SnapshotsAnswer['snapshots']>([])
  const [state, setState] = useState(EMPTY)
  const [fault, setFault] = useState<Fault>()
  const [theme, setTheme] = useState<Theme>(savedTheme)
  const [showsKeys, setShowsKeys] = useState(false)
  useEffect(() => applyTheme(theme), [theme])
  const load = useCallback(async () => {
    const asked = await askSnapshots()
    if (!asked.ok) return setFault(asked.fault)
    setFault(undefined)
    const { snapshots: found, expectPrincipal } = asked.value
    setSnapshots(found)
    return setState((before) => ({
      ...before,
      question: {
        ...before.question,
        snapshot: found[0]?.name,
        expected: before.question.expected || (expectPrincipal ?? ''),
      },
    }))
  }, [])
  useEffect(() => void load(), [load])
  const [view, go] = useView()
  const open = useCallback(async (eventId: string) => {
    const start = performance.now()
    const asked = await ask<DiagnoseAnswer>(`/api/denials/${encodeURIComponent(eventId)}`)
    setFault(asked.ok ? undefined : asked.fault)
    const milliseconds = performance.now() - start
    setState((before) => ({
      ...before,
      shown: asked.ok ? { id: -start, isPartial: false, answer: asked.value, text: '', milliseconds } : undefined,
      index: 0,
      step: 0,
    }))
    go('/')
  }, [])
  const keys = useMainKeys(
    state,
    setState,
    go,
    () => setTheme(nextTheme),
    () => setShowsKeys(true),
  )
  return (
    <>
      <a class="skip" href="#content">
        Skip to the page
      </a>
      <header class="top">
        <a class="name" href="/">
          <img src="/icon.svg" alt="" width="22" height="22" /> denytrace
        </a>
        <nav aria-label="Pages">
          <PageLink to="/" {...{ view, go }}>
            Diagnose
          </PageLink>
          <PageLink to="/denials" {...{ view, go }}>
            Denials
          </PageLink>
        </nav>
        <div class="tools">
          <button type="button" class="quiet" onClick={() => setTheme(nextTheme)} aria-label={`Theme: ${theme}`}>
            {theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'} <span class="word">{theme}</span>
          </button>
          <button type="button" class="quiet" onClick={() => setShowsKeys(true)} aria-label="Show keys">
            ?
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <h1 class="unseen">{view === '/' ? 'Why was it denied?' : 'Denials over time'}</h1>
        {fault?.status === 401 ? <TokenForm onToken={() => void load()} /> : null}
        {view === '/' ? (
          <MainPage {...{ state, snapshots, fault }} onState={setState} onFault={setFault} />
        ) : (
          <DenialsPage onOpen={(eventId) => void open(eventId)} />
        )}
      </main>
      <KeyHelp keys={keys} isOpen={showsKeys} onClose={() => setShowsKeys(false)} />
    </>
  )
}

function PageLink(props: {
  readonly to: View
  readonly view: View
  readonly go: (view: View) => void
  readonly children: string
}) {
  const { to, view, go, children } = props
  return (
    <a
      href={to}
      aria-current={view === to ? 'page' : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        go(to)
      }}
    >
      {children}
    </a>
  )
}

function useMainKeys(
  { shown, index, step }: MainState,
  setState: (change: (state: MainState) => MainState) => void,
  go: (view: View) => void,
  changeTheme: () => void,
  help: () => void,
): Keys {
  const move = (by: number, count: number, at: number): number => (count === 0 ? 0 : (at + by + count) % count)
  const denials = shown?.answer.diagnoses ?? []
  const steps = denials[index]?.steps ?? []
  const toStep = (by: number): void => setState((before) => ({ ...before, step: move(by, steps.length, step) }))
  const toDenial = (by: number): void =>
    setState((before) => ({ ...before, index: move(by, denials.length, index), step: 0 }))
  const keys: Keys = {
    '?': { does: 'these keys', run: help },
    '/': { does: 'the field for the denial', run: () => document.getElementById('evidence')?.focus() },
    j: { does: 'next layer; Enter opens it', run: () => moveFocus('.trace > li > details > summary', 1) },
    k: { does: 'previous layer', run: () => moveFocus('.trace > li > details > summary', -1) },
    ']': { does: 'next step of the call', run: () => toStep(1) },
    '[': { does: 'previous step', run: () => toStep(-1) },
    n: { does: 'next denial of the input', run: () => toDenial(1) },
    p: { does: 'previous denial', run: () => toDenial(-1) },
    f: { does: 'the fixes', run: () => goTo('fixes') },
    t: { does: 'try the chosen fix', run: () => press('#try-fix') },
    i: { does: 'the incident', run: () => goTo('incident') },
    d: { does: 'the denials of the store', run: () => go('/denials') },
    m: { does: 'back to the diagnosis', run: () => go('/') },
    c: { does: 'light, dark or as the system', run: changeTheme },
  }
  useKeys(keys)
  return keys
}

function TokenForm({ onToken }: { readonly onToken: () => void }) {
  const [token, setToken] = useState('')
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault()
        keepToken(token)
        onToken()
      }}
    >
      <label>
        Token of this service{' '}
        <input
          type="password"
          autocomplete="off"
          value={token}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>{' '}
      <button type="submit" class="primary">
        Use it
      </button>
    </form>
  )
}

const page = document.getElementById('page')
if (page !== null) render(<App />, page)
