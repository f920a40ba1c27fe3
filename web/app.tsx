import { render } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useState } from 'preact/hooks'
import type { SnapshotsAnswer } from '#http/wire.ts'
import { type Address, addressNow, goToAddress, onAddress, pathOf, type View } from './address.ts'
import { type Fault, keepToken, snapshots as askSnapshots } from './ask.ts'
import { IntakeForm } from './intake-form.tsx'
import { goTo, KeyHelp, type Keys, moveFocus, press, useKeys } from './keys.tsx'
import { loadStyle } from './load.ts'
import { MainPage } from './main-page.tsx'
import { Glyph, Logo } from './parts/icon.tsx'
import { later } from './parts/later.tsx'
import { SnapshotChip } from './parts/snapshot-chip.tsx'
import { applyTheme, nextTheme, savedTheme, type Theme } from './theme.ts'
import { warmJsonc } from './use-answers.ts'
import { type Diagnosing, useDiagnosing } from './use-diagnosing.ts'

const AskPage = later(() =>
  Promise.all([import('./ask-page.tsx'), loadStyle('/ask.css'), warmJsonc()]).then(([file]) => file.AskPage),
)
const DenialsPage = later(() =>
  Promise.all([import('./denials-page.tsx'), loadStyle('/denials.css')]).then(([file]) => file.DenialsPage),
)

function useAddress(): Address {
  const [address, setAddress] = useState(addressNow)
  useEffect(() => onAddress(() => setAddress(addressNow())), [])
  return address
}

const NO_PARAMS: ReadonlyMap<string, string> = new Map()
const go = (view: View): void => {
  goToAddress({ view, id: undefined, params: NO_PARAMS }, true)
  scrollTo(0, 0)
}

/** The snapshots of the service, and who is expected to call. */
function useSnapshots() {
  const [found, setFound] = useState<SnapshotsAnswer>()
  const [fault, setFault] = useState<Fault>()
  const load = useCallback(async () => {
    const asked = await askSnapshots()
    if (!asked.ok) return setFault(asked.fault)
    setFault(undefined)
    // It changes where a snapshot was collected anew.
    return setFound((before) => (JSON.stringify(before) === JSON.stringify(asked.value) ? before : asked.value))
  }, [])
  useEffect(() => void load(), [load])
  useEffect(() => void warmJsonc(), [])
  return { found, fault, load }
}

function App() {
  const address = useAddress()
  const { found, fault: snapshotsFault, load } = useSnapshots()
  const given = useDiagnosing(address, found !== undefined)
  const answer = given.shown?.id
  useEffect(() => {
    if (answer !== undefined) void load()
  }, [answer])
  const [theme, setTheme] = useState<Theme>(savedTheme)
  const [showsKeys, setShowsKeys] = useState(false)
  // At once: who looks at the page after a click sees the theme that was chosen.
  useLayoutEffect(() => applyTheme(theme), [theme])
  const { setQuestion } = given
  useEffect(() => {
    if (found === undefined) return
    setQuestion((before) => ({
      ...before,
      snapshot: before.snapshot ?? found.snapshots[0]?.name,
      expected: before.expected || (found.expectPrincipal ?? ''),
    }))
  }, [found])
  const keys = useMainKeys(
    given,
    () => setTheme(nextTheme),
    () => setShowsKeys(true),
  )
  // For the way back from the guide, in this tab alone.
  useEffect(() => {
    if (address.view === 'diagnosis') sessionStorage.setItem('denytrace-back', location.pathname + location.search)
  }, [address])
  const fault = given.fault ?? snapshotsFault
  const snapshots = found?.snapshots ?? []
  return (
    <>
      <a class="skip" href="#content">
        Skip to the page
      </a>
      <Head
        {...{ address, given, snapshots, theme }}
        onTheme={() => setTheme(nextTheme)}
        onKeys={() => setShowsKeys(true)}
      />
      <main id="content" tabIndex={-1}>
        <h1 class="vh">{TITLES[address.view]}</h1>
        {fault?.status === 401 ? <TokenForm onToken={() => void load()} /> : null}
        {address.view === 'denials' ? (
          <DenialsPage
            address={address}
            onOpen={(id) => goToAddress({ view: 'diagnosis', id, params: NO_PARAMS }, true)}
          />
        ) : address.view === 'ask' ? (
          <AskPage address={address} snapshots={snapshots} />
        ) : (
          <MainPage given={{ ...given, fault }} snapshots={snapshots} />
        )}
      </main>
      <KeyHelp keys={keys} isOpen={showsKeys} onClose={() => setShowsKeys(false)} />
    </>
  )
}

const TITLES: Readonly<Record<View, string>> = {
  new: 'Diagnose a denial',
  diagnosis: 'The diagnosis',
  ask: 'Ask without a denial',
  denials: 'Denials over time',
}

function Head(props: {
  readonly address: Address
  readonly given: Diagnosing
  readonly snapshots: SnapshotsAnswer['snapshots']
  readonly theme: Theme
  readonly onTheme: () => void
  readonly onKeys: () => void
}) {
  const { address, given, snapshots, theme, onTheme, onKeys } = props
  const { view } = address
  const isAnswered = given.shown !== undefined
  return (
    <header class="top">
      <a class="brand" href="/" onClick={(event) => follow(event, () => go('new'))}>
        <Logo /> denytrace
      </a>
      <nav aria-label="Pages">
        <PageLink to="new" isHere={view === 'new' || view === 'diagnosis'}>
          Diagnose
        </PageLink>
        <PageLink to="ask" isHere={view === 'ask'}>
          Ask
        </PageLink>
        <PageLink to="denials" isHere={view === 'denials'}>
          Denials
        </PageLink>
        <a href="/guide/index.html">Guides</a>
        <a href="/docs">API</a>
      </nav>
      <span class="sp" />
      {isAnswered ? (
        <>
          <IntakeForm
            question={given.question}
            snapshots={snapshots}
            isBusy={given.isBusy}
            onCancel={given.cancel}
            isHead
            onChange={given.setQuestion}
            onAsk={(next) => void given.ask({ ...next, files: [], context: {} })}
            onFiles={(files) => void given.give(files)}
            read={given.read}
            onFault={(message) => given.setFault({ status: 0, code: 'page/file', message, hint: '' })}
          />
          <SnapshotChip given={given} snapshots={snapshots} />
        </>
      ) : null}
      <div class="tools">
        <button type="button" class="quiet" onClick={onTheme} aria-label={`Theme: ${theme}`} title={`Theme: ${theme}`}>
          <Glyph of="theme" />
        </button>
        <button type="button" class="quiet" onClick={onKeys} aria-label="Show keys" title="Keys">
          ?
        </button>
      </div>
    </header>
  )
}

/** A link within the page; with a key held it opens as any other. */
function follow(event: MouseEvent, act: () => void): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  act()
}

function PageLink({
  to,
  isHere,
  children,
}: {
  readonly to: View
  readonly isHere: boolean
  readonly children: string
}) {
  return (
    <a
      href={pathOf({ view: to, id: undefined, params: NO_PARAMS })}
      aria-current={isHere ? 'page' : undefined}
      onClick={(event) => follow(event, () => go(to))}
    >
      {children}
    </a>
  )
}

function useMainKeys(given: Diagnosing, changeTheme: () => void, help: () => void): Keys {
  const { shown, index, step } = given
  const move = (by: number, count: number, at: number): number => (count === 0 ? 0 : (at + by + count) % count)
  const denials = shown?.answer.diagnoses ?? []
  const steps = denials[index]?.steps ?? []
  const toFold = (id: string): void => {
    if (document.getElementById(id) === null) press(`[data-fold="${id}"]`)
  }
  const toLayers = (by: 1 | -1): void => {
    toFold('trace')
    setTimeout(() => moveFocus('.trace > li > details > summary', by))
  }
  const keys: Keys = {
    '?': { does: 'these keys', run: help },
    '/': { does: 'the field for the denial', run: () => document.getElementById('evidence')?.focus() },
    j: { does: 'next layer; Enter opens it', run: () => toLayers(1) },
    k: { does: 'previous layer', run: () => toLayers(-1) },
    s: {
      does: 'find in the layers',
      run: () => {
        toFold('trace')
        setTimeout(() => document.getElementById('find-in-layers')?.focus())
      },
    },
    ']': { does: 'next step of the call', run: () => given.go({ step: move(1, steps.length, step) }) },
    '[': { does: 'previous step', run: () => given.go({ step: move(-1, steps.length, step) }) },
    n: { does: 'next denial of the input', run: () => given.go({ index: move(1, denials.length, index) }) },
    p: { does: 'previous denial', run: () => given.go({ index: move(-1, denials.length, index) }) },
    e: { does: 'edit where the line stands', run: () => press('.edit-here') },
    f: { does: 'the fix', run: () => goTo('fixes') },
    t: { does: 'try the chosen fix', run: () => press('#try-fix') },
    y: { does: 'copy the fix', run: () => press('.copy-fix') },
    i: { does: 'the timeline', run: () => toFold('incident') },
    a: { does: 'a question without a denial', run: () => go('ask') },
    d: { does: 'the denials of the store', run: () => go('denials') },
    m: { does: 'a new diagnosis', run: () => go('new') },
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
