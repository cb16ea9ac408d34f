const { ApolloServer, gql } = require('apollo-server');
const { GraphQLClient } = require('graphql-request');
const Hapi = require('@hapi/hapi');
const fastify = require('fastify');
const { Server } = require('socket.io');
const qs = require('qs');

// ruleid: javascript.web.graphql-introspection
new ApolloServer({ typeDefs, resolvers, introspection: true });
// ruleid: javascript.web.graphql-batching
new ApolloServer({ typeDefs, resolvers, allowBatchedHttpRequests: true });
// ruleid: javascript.web.graphql-stack-traces
new ApolloServer({ typeDefs, resolvers, includeStacktraceInErrorResponses: true });
// ok: javascript.web.graphql-introspection, javascript.web.graphql-batching, javascript.web.graphql-stack-traces
new ApolloServer({ typeDefs, resolvers, introspection: false });

app.get('/user', async (req, res) => {
  // ruleid: javascript.web.graphql-query-taint
  const a = await client.rawRequest(`{ user(name: "${req.query.name}") { id } }`);
  // ok: javascript.web.graphql-query-taint
  const b = await client.rawRequest('query ($name: String) { user(name: $name) { id } }', { name: req.query.name });
  res.json([a, b]);
});

// ruleid: javascript.web.hapi-cors-any-origin
Hapi.server({ port: 80, routes: { cors: { origin: ['*'], credentials: true } } });
// ok: javascript.web.hapi-cors-any-origin
Hapi.server({ port: 80, routes: { cors: { origin: ['https://example.com'], credentials: true } } });
// ruleid: javascript.web.hapi-cookie-flags
server.state('sid', { ttl: null, isSecure: false, isHttpOnly: true });
// ok: javascript.web.hapi-cookie-flags
server.state('sid', { ttl: null, isSecure: true, isHttpOnly: true });
// ruleid: javascript.web.hapi-crumb-off
server.route({ method: 'POST', path: '/pay', handler, options: { plugins: { crumb: false } } });
// ok: javascript.web.hapi-crumb-off
server.route({ method: 'POST', path: '/pay', handler, options: { plugins: { crumb: {} } } });

// ruleid: javascript.web.nest-validation-open
nest.useGlobalPipes(new ValidationPipe());
// ok: javascript.web.nest-validation-open
nest.useGlobalPipes(new ValidationPipe({ whitelist: true }));
// ruleid: javascript.web.prototype-checks-off
fastify({ logger: true, onProtoPoisoning: 'ignore' });
// ok: javascript.web.prototype-checks-off
fastify({ logger: true, onProtoPoisoning: 'remove' });
// ruleid: javascript.web.prototype-checks-off
qs.parse(text, { allowPrototypes: true });

// ruleid: javascript.web.websocket-any-origin
new Server(httpServer, { cors: { origin: '*', credentials: true } });
// ok: javascript.web.websocket-any-origin
new Server(httpServer, { cors: { origin: 'https://example.com', credentials: true } });

// ruleid: javascript.files.s3-public-access
s3.putObject({ Bucket: 'files', Key: 'a.txt', Body: body, ACL: 'public-read' });
// ok: javascript.files.s3-public-access
s3.putObject({ Bucket: 'files', Key: 'a.txt', Body: body, ACL: 'private' });
// ruleid: javascript.web.lambda-function-url-open
fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
// ok: javascript.web.lambda-function-url-open
fn.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });
// ruleid: javascript.permissions.firebase-public-function
exports.hook = onRequest({ region: 'europe-west1', invoker: 'public' }, handler);
// ok: javascript.permissions.firebase-public-function
exports.task = onRequest({ region: 'europe-west1', invoker: 'private' }, handler);
