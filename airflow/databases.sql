-- Airflow and MLflow keep their own state beside the warehouse, each in a database of its own.
create database airflow;
create database mlflow;
