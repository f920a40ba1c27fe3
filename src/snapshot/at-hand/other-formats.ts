/** Output formats of the AWS CLI other than JSON. */
export type OtherFormat = 'table' | 'text'

/** The format of an output of the AWS CLI that says what was in force and is not JSON; undefined: it is none. */
export function otherFormat(text: string): OtherFormat | undefined {
  if (/^-{8,}\r?\n\|/.test(text.trimStart())) return 'table'
  return OF_POLICIES.test(text) ? 'text' : undefined
}

/** Names of members that start a line of `--output text`. */
const OF_POLICIES =
  /^(?:ASSUMEROLEPOLICYDOCUMENT|ATTACHEDPOLICIES|DOCUMENT|KEYMETADATA|POLICYDOCUMENT|POLICYNAMES|POLICYVERSION|ROLE|STATEMENT|VPCENDPOINTS)\t/m
