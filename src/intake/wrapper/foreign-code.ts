import { eventSourceOf } from './service-names.ts'

export interface FoundCode {
  readonly code: string
  readonly at: number
}

/** The packages, modules or namespaces in front of a class: `odoo.exceptions.`, `CanCan::`, `Symfony\\…\\Exception\\`. */
const QUALIFIER = /(?:[\w$]{1,60}(?:\.|::|\\{1,2})){1,12}$/
const LONGEST_QUALIFIER = 400

/** Names of a holder that says nothing of whose the class is: `client.exceptions.AccessDenied`, `Client.UnauthorizedOperation`, `GetObjectError::AccessDenied`. */
const HOLDERS =
  /^(?:\w{0,60}(?:client|server|exception|error)s?|err|ex|exc|e|types|self|this|models?|responses?|errorfactory|sdk|codes?)$/i
const OF_AWS = /aws|amazon|boto|smithy/i

/** How a program raises or catches its own class, and how a console prints it twice: `AccessDenied: psutil.AccessDenied`. */
const RAISED = /(?:\b(?:raise|throw(?:s| new)?|except|rescue|catch|class)\s{1,4}\(?)$/

/** A program that names a class to catch it, and Python where no such class is: nothing was raised. */
const CAUGHT = /(?:^|\s)(?:except|rescue|catch)\b[\s(]{1,4}(?:[\w$]{1,60}(?:\.|::)){1,12}$/
const NO_ATTRIBUTE = /\bhas no attribute ['"]$/

/** `gsutil` prints the status before its message; AWS's messages do not begin so. */
const WITH_STATUS = /^: 403\b/

/** Without the classes of other products that have such a name (R-MSG-31a): what stands in front of a class tells whose it is. */
export function withoutForeign(window: string, found: readonly FoundCode[]): FoundCode[] {
  const names = new Set(found.filter((one) => isForeign(window, one)).map(({ code }) => code))
  return found.filter((one) => !isForeign(window, one) && !(names.has(one.code) && isSameClass(window, one)))
}

function isForeign(window: string, { code, at }: FoundCode): boolean {
  const end = at + code.length
  if (code === 'AccessDeniedException' && WITH_STATUS.test(window.slice(end, end + 8))) return true
  const before = window.slice(Math.max(0, at - LONGEST_QUALIFIER), at)
  if (NO_ATTRIBUTE.test(before) || CAUGHT.test(before)) return true
  const qualifier = QUALIFIER.exec(before)?.[0]
  if (qualifier === undefined) return false
  const names = qualifier.split(/\.|::|\\{1,2}/).filter((name) => name !== '')
  if (names.some((name) => OF_AWS.test(name)) || names.every((name) => HOLDERS.test(name))) return false
  return names.length > 2 || eventSourceOf(names[0] ?? '') === null
}

/** Whether a code is a foreign class without its module, in the line that raises it or in front of its full name. */
function isSameClass(window: string, { code, at }: FoundCode): boolean {
  const end = at + code.length
  return (
    RAISED.test(window.slice(Math.max(0, at - 20), at)) ||
    (window.slice(end, end + 120).startsWith(': ') && isForeignNext(window, code, end + 2))
  )
}

function isForeignNext(window: string, code: string, from: number): boolean {
  const next = window.indexOf(code, from)
  return next >= 0 && next - from < 100 && isForeign(window, { code, at: next })
}
