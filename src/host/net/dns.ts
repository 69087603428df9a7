/** DNS messages as plain data: what resolvers and name servers exchange over UDP 53. */
export type RecordType = 'A' | 'AAAA' | 'PTR' | 'SRV' | 'CNAME' | 'TXT' | 'SOA' | 'NS' | 'HINFO';

export type ResponseCode = 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'NOTIMP';

export interface DnsRecord {
  /** Without the dot at its end, as all names here. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  /** An address, a name; for SRV `0 100 80 name`. */
  readonly data: string;
}

export interface DnsQuery {
  readonly type: 'dns-query';
  readonly id: number;
  readonly name: string;
  readonly recordType: RecordType;
}

export interface DnsAnswer {
  readonly type: 'dns-answer';
  readonly id: number;
  readonly name: string;
  readonly recordType: RecordType;
  readonly code: ResponseCode;
  readonly isAuthoritative: boolean;
  readonly records: readonly DnsRecord[];
}

export const isDnsQuery = (payload: unknown): payload is DnsQuery =>
  (payload as { type?: unknown } | null | undefined)?.type === 'dns-query';

export const isDnsAnswer = (payload: unknown): payload is DnsAnswer =>
  (payload as { type?: unknown } | null | undefined)?.type === 'dns-answer';

/** `5.2.244.10.in-addr.arpa` of `10.244.2.5`. */
export const reverseName = (ip: string): string =>
  `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
