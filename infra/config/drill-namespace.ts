/** Drills have a namespace of their own: from it no way leads to what runs in production. */
export const drillNamespace = (namespace: string) => `${namespace}-drill`;
