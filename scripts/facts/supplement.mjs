/**
 * Actions and condition keys that AWS documents and the package of reference data lacks. Once the package has one, generating
 * fails until its entry is deleted here.
 */
export const SUPPLEMENT = {
  iam: {
    page: 'https://docs.aws.amazon.com/iam-toolbox/latest/APIReference/API_GetRequestAuthorizationDetails.html',
    actions: [
      { name: 'GetRequestAuthorizationDetails', accessLevel: 'Read' },
      { name: 'GetRequestAuthorizationPolicy', accessLevel: 'Read' },
    ],
  },
  kms: {
    page: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-attestation.html',
    keys: [{ key: 'kms:RecipientAttestation:PCR8:ServiceName', type: 'String' }],
  },
  'aws-mcp': {
    page: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsmcpserver.html',
    name: 'AWS MCP Server',
    actions: [
      { name: 'CallReadOnlyTool', accessLevel: 'Read' },
      { name: 'CallReadWriteTool', accessLevel: 'Write' },
      { name: 'InvokeMcp', accessLevel: 'List' },
    ],
  },
}

const described = ({ name, accessLevel }) => ({
  name,
  accessLevel,
  resourceTypes: [],
  conditionKeys: [],
  dependentActions: [],
})

/** The actions of a service as the package has them, and those of the supplement. */
export const supplementedActions = (service, actions) =>
  withAdded(service, actions, (SUPPLEMENT[service]?.actions ?? []).map(described), 'name')

/** The condition keys of a service as the package has them, and those of the supplement. */
export const supplementedKeys = (service, keys) => withAdded(service, keys, SUPPLEMENT[service]?.keys ?? [], 'key')

function withAdded(service, known, added, nameField) {
  const entries = added.map((entry) => [entry[nameField].toLowerCase(), entry])
  const found = entries.find(([name]) => Object.hasOwn(known, name))
  if (found !== undefined)
    throw new Error(`${service} ${found[0]} is in the package now: delete it from scripts/facts/supplement.mjs`)
  return { ...known, ...Object.fromEntries(entries) }
}
