/** A session of WebDriver (W3C, https://www.w3.org/TR/webdriver2/), as far as the tests need one. */
import { PATIENCE } from './browser.ts'

/** Keys that have a code of their own in actions, by their names in events (WebDriver, 17.4.2). */
const CODES: Readonly<Record<string, string>> = {
  Enter: '\uE007',
  Tab: '\uE004',
  Escape: '\uE00C',
  Shift: '\uE008',
  Control: '\uE009',
  ArrowDown: '\uE015',
  ArrowUp: '\uE013',
}

export interface Session {
  readonly goto: (url: string) => Promise<void>
  /** The value of an expression, with promises awaited. */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** Keys go down one after the other and up in the other order. */
  readonly chord: (keys: readonly string[]) => Promise<void>
  readonly type: (text: string) => Promise<void>
  readonly resize: (width: number, height: number) => Promise<void>
  readonly close: () => Promise<void>
}

type Send = (method: 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>

/** Sends commands to a driver; what it refuses is thrown in its words. */
function sender(driver: string): Send {
  return async (method, path, body) => {
    const answer = await fetch(`${driver}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const { value } = (await answer.json()) as { readonly value: unknown }
    if (answer.ok) return value
    const { error, message } = value as { readonly error: string; readonly message: string }
    throw new Error(`${method} ${path.replace(/^\/session\/[^/]+/, '')}: ${error}: ${message}`)
  }
}

/** Opens a session with the driver at an address; `alwaysMatch`: its capabilities. */
export async function openSession(driver: string, alwaysMatch: object): Promise<Session> {
  const send = sender(driver)
  const timeouts = { script: PATIENCE, pageLoad: PATIENCE }
  const made = await send('POST', '/session', { capabilities: { alwaysMatch: { ...alwaysMatch, timeouts } } })
  const path = `/session/${(made as { readonly sessionId: string }).sessionId}`
  const keys = (actions: readonly object[]): Promise<unknown> =>
    send('POST', `${path}/actions`, { actions: [{ type: 'key', id: 'keyboard', actions }] })
  const act = (type: 'keyDown' | 'keyUp') => (key: string) => ({ type, value: CODES[key] ?? key })
  return {
    goto: async (url) => void (await send('POST', `${path}/url`, { url })),
    evaluate: (expression) =>
      send('POST', `${path}/execute/async`, {
        script: `const done = arguments[0]; Promise.resolve(${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }))`,
        args: [],
      }).then((got) => {
        const { value, error } = got as { readonly value?: unknown; readonly error?: string }
        if (error !== undefined) throw new Error(error)
        return value
      }),
    chord: async (chord) => void (await keys([...chord.map(act('keyDown')), ...chord.toReversed().map(act('keyUp'))])),
    type: async (text) => void (await keys([...text].flatMap((one) => [act('keyDown')(one), act('keyUp')(one)]))),
    resize: async (width, height) => void (await send('POST', `${path}/window/rect`, { width, height })),
    close: async () => void (await send('DELETE', path)),
  }
}
