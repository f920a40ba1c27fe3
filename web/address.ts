/** Address of the page as it is read: the view, what it shows, and how. */
export interface Address {
  readonly view: View
  /** Of a diagnosis: an event of the store, or a text of this tab. */
  readonly id: string | undefined
  readonly params: ReadonlyMap<string, string>
}

export type View = 'new' | 'diagnosis' | 'ask' | 'denials'

const PATHS: Readonly<Record<View, string>> = { new: '/', diagnosis: '/d/', ask: '/ask', denials: '/denials' }

/** The address as it stands. */
export function addressNow(): Address {
  const { pathname, search } = location
  const params = new Map(new URLSearchParams(search))
  if (pathname.startsWith('/d/')) return { view: 'diagnosis', id: decoded(pathname.slice(3)), params }
  const view = pathname === '/ask' ? 'ask' : pathname === '/denials' ? 'denials' : 'new'
  return { view, id: undefined, params }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export function pathOf({ view, id = '', params }: Address): string {
  const search = new URLSearchParams([...params].filter(([, value]) => value !== '')).toString()
  return `${PATHS[view]}${view === 'diagnosis' ? encodeURIComponent(id) : ''}${search === '' ? '' : `?${search}`}`
}

/** Said to whoever shows the address, which the browser says of Back alone. */
const CHANGED = 'denytrace-address'

/** Goes there; `isStep`: Back leads to where we are. */
export function goToAddress(address: Address, isStep: boolean): void {
  const path = pathOf(address)
  if (path === `${location.pathname}${location.search}`) return
  if (isStep) history.pushState(null, '', path)
  else history.replaceState(null, '', path)
  dispatchEvent(new Event(CHANGED))
}

/** Calls when the address changes; what it returns ends that. */
export function onAddress(call: () => void): () => void {
  addEventListener('popstate', call)
  addEventListener(CHANGED, call)
  return () => {
    removeEventListener('popstate', call)
    removeEventListener(CHANGED, call)
  }
}
