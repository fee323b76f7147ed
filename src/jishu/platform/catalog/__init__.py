"""业务事项清单 and 数据集成清单, derived from the contracts: nothing here is typed twice."""
