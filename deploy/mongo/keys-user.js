// A database user of its own for the keys of persons (docs/privacy.md): whoever has the database
// of a service alone reads sealed values, whoever has the keys alone reads nothing.
//
//   mongosh ADMIN_URL --eval 'const password = "…"' deploy/mongo/keys-user.js
//
// Then ANSVAR_KEYS_URL=mongodb://ansvar-keys:…@mongo:27017/ansvar_keys?replicaSet=rs0, and the user
// of ANSVAR_MONGO_URL loses every right on ansvar_keys. The role cannot take away a document: what
// was destroyed stays known as destroyed.
const keys = db.getSiblingDB("ansvar_keys");
const role = {
  role: "ansvarKeys",
  privileges: [
    {
      resource: { db: "ansvar_keys", collection: "keys" },
      actions: ["find", "insert", "update", "createIndex"],
    },
  ],
  roles: [],
};
if (keys.getRole(role.role) === null) keys.createRole(role);
else keys.updateRole(role.role, { privileges: role.privileges, roles: [] });
const user = { pwd: password, roles: [{ role: role.role, db: "ansvar_keys" }] };
if (keys.getUser("ansvar-keys") === null) keys.createUser({ user: "ansvar-keys", ...user });
else keys.updateUser("ansvar-keys", user);
