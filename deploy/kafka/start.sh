#!/bin/sh
# Starts one broker and controller: writes the node's own properties below the file that all nodes share, sets up its
# storage if that is empty (with the two superusers; every other user is made by `custody init election`), and becomes the
# server. Any number of starts give the same node.
#
#   NODE_ID         1, 2 or 3
#   NODE_HOST       the name under which clients, the other brokers and the controllers reach it
#   NODE_VOTERS     all nodes: 1@host:9094,2@host:9094,...
#   NODE_COMMON     the properties that all nodes share
#   NODE_DATA       where its data are kept
#   NODE_SECRETS    a folder with broker-password and admin-password
#   NODE_WORK       where the written properties go (a memory file system will do)
#   KAFKA_BIN       Kafka's scripts
set -eu
umask 077

CLUSTER_ID=Y3VzdG9keS1kZW1vLWNsMQ
own="$NODE_WORK/server.properties"

# server.properties takes it from here (config.providers=env): it stands in no file but the secret's own.
KAFKA_BROKER_PASSWORD=$(cat "$NODE_SECRETS/broker-password")
export KAFKA_BROKER_PASSWORD

{
  cat "$NODE_COMMON"
  echo
  echo "node.id=$NODE_ID"
  echo "listeners=CLIENT://$NODE_HOST:9092,BROKER://$NODE_HOST:9093,CONTROLLER://$NODE_HOST:9094"
  echo "advertised.listeners=CLIENT://$NODE_HOST:9092,BROKER://$NODE_HOST:9093"
  echo "controller.quorum.voters=$NODE_VOTERS"
  echo "log.dirs=$NODE_DATA"
} >"$own"

if [ ! -f "$NODE_DATA/meta.properties" ]; then
  admin=$(cat "$NODE_SECRETS/admin-password")
  "$KAFKA_BIN/kafka-storage.sh" format --cluster-id "$CLUSTER_ID" --config "$own" \
    --add-scram "SCRAM-SHA-512=[name=broker,password=$KAFKA_BROKER_PASSWORD]" \
    --add-scram "SCRAM-SHA-512=[name=admin,password=$admin]" >/dev/null # it would print what the passwords became
  unset admin
  echo "node $NODE_ID: storage set up in $NODE_DATA"
fi

exec "$KAFKA_BIN/kafka-server-start.sh" "$own"
