/**
 * Action and NotAction. R-ACT-01..05, R-GRAM-11.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
import { texts, type Json } from './document.ts'
import { matchGlob } from './glob.ts'

/** `action` in lower case. */
export function matchAction(pattern: string, action: string): boolean {
  if (/^\*+(:\*+)?$/.test(pattern)) return true
  if (/[\s,]/.test(pattern)) return false
  const [service = '', ...name] = pattern.toLowerCase().split(':')
  if (name.length === 0 || /[*?]/.test(service)) return false
  const [ownService = '', ...ownName] = action.split(':')
  return service === ownService && matchGlob(name.join(':'), ownName.join(':'))
}

export function actionMatches(statement: Json, action: string): boolean {
  const listed = texts(statement['Action'] ?? statement['NotAction'])
  if (listed.length === 0) return false
  const named = listed.some((pattern) => matchAction(pattern, action))
  return statement['Action'] === undefined ? !named : named
}
