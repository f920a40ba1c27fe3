/** Whether a condition key is a tag of the resource, under AWS's own prefix or a service's: `aws:ResourceTag/team`, `ssm:ResourceTag/team`. */
export const isResourceTagKey = (key: string): boolean => /^[a-z0-9-]+:resourcetag\//i.test(key)
