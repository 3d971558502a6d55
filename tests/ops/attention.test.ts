import { testAttention } from '../support/attention.ts';

// What a processor and a graphics card start with; tests/long/gpu has the others.
testAttention(['V0-16x16', 'V1h']);
