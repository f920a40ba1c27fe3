import { render } from 'preact'
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { SnapshotsAnswer } from '#http/wire.ts'
import { type Fault, keepToken, snapshots as askSnapshots } from './ask.ts'
import { goTo, KeyHelp, type Keys, moveFocus, press, useKeys } from './keys.tsx'
import { MainPage, type MainState } from './main-page.tsx'
import { applyTheme, nextTheme, savedTheme, type Theme } from './theme.ts'

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
  const keys = useMainKeys(
    state,
    setState,
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
        <div class="tools">
          <button type="button" class="quiet" onClick={() => setTheme(nextTheme)} aria-label={`Theme: ${theme}`}>
            {theme === 'dark' ? '☾ dark' : theme === 'light' ? '☀ light' : '◐ system'}
          </button>
          <button type="button" class="quiet" onClick={() => setShowsKeys(true)} aria-label="Show keys">
            ?
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <h1 class="unseen">Why was it denied?</h1>
        {fault?.status === 401 ? <TokenForm onToken={() => void load()} /> : null}
        <MainPage {...{ state, snapshots, fault }} onState={setState} onFault={setFault} />
      </main>
      <KeyHelp keys={keys} isOpen={showsKeys} onClose={() => setShowsKeys(false)} />
    </>
  )
}

function useMainKeys(
  { shown, index, step }: MainState,
  setState: (change: (state: MainState) => MainState) => void,
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
